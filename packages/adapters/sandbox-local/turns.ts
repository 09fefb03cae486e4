/** Things done to one id happen one after another, whoever asks for them. */
export class Turns {
  /** Ends of the last thing done to each id. */
  readonly #last = new Map<string, Promise<unknown>>();

  async take<Result>(id: string, action: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const mine = before.then(action, action);
    this.#last.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(id) === mine) this.#last.delete(id);
    }
  }
}
