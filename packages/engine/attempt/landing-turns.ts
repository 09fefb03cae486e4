/**
 * Turns at the branch of a spec, for work that was overtaken on its way there: one at a time, first come, first served.
 * Only git decides what lands. Without turns all that wait would be proven anew at once, one of them would land, and the
 * proofs of all others would have been for nothing.
 */
export class LandingTurns {
  /** When everybody who has asked for a turn is done, by spec. */
  readonly #done = new Map<string, Promise<void>>();

  /** Resolves when it is one's turn, which lasts until it is disposed of. */
  async take(specId: string, signal: AbortSignal): Promise<Disposable> {
    const before = this.#done.get(specId) ?? Promise.resolve();
    const mine = Promise.withResolvers<void>();
    const done = before.then(() => mine.promise);
    this.#done.set(specId, done);
    void done.then(() => {
      if (this.#done.get(specId) === done) this.#done.delete(specId);
    });
    try {
      await unlessAborted(before, signal);
    } catch (error) {
      mine.resolve();
      throw error;
    }
    return { [Symbol.dispose]: () => mine.resolve() };
  }
}

async function unlessAborted(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<void>();
  const stop = () => aborted.resolve();
  signal.addEventListener("abort", stop, { once: true });
  await Promise.race([waiting, aborted.promise]);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
}
