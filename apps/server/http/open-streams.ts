/** Ends everything that is being streamed when the server stops: such answers would otherwise never end. */
export class OpenStreams {
  readonly #open = new Set<AbortController>();
  #closing = false;

  /** A signal for one stream; call `done` when the reader has gone. */
  add(): { readonly signal: AbortSignal; readonly done: () => void } {
    const controller = new AbortController();
    if (this.#closing) controller.abort();
    this.#open.add(controller);
    return {
      signal: controller.signal,
      done: () => {
        this.#open.delete(controller);
        controller.abort();
      },
    };
  }

  get closing(): boolean {
    return this.#closing;
  }

  closeAll(): void {
    this.#closing = true;
    for (const controller of this.#open) controller.abort();
  }
}
