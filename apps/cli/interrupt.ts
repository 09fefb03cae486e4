/** The person pressed Ctrl-C before there was anything to leave in order. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Where an interruption comes from. */
export interface Interruptible {
  /** Calls `listener` on Ctrl-C and on a request to end, until disposed. */
  readonly onInterrupt: (listener: () => void) => Disposable;
}

/** A signal that aborts on the first Ctrl-C; the second one ends the process wherever it is. */
export function interruptSignal(world: Interruptible): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const listening = world.onInterrupt(() => controller.abort(new InterruptedError("Interrupted")));
  return { signal: controller.signal, [Symbol.dispose]: () => listening[Symbol.dispose]() };
}
