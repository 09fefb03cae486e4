import type { Clock } from "@omoios/engine/ports/clock";

export interface WaitOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Stop waiting after this long. */
  readonly idleMs: number;
}

/** Lets one reader sleep until somebody wakes it; a call while it is awake is not lost. */
export class Wakeup {
  #woken = false;
  #resume: (() => void) | null = null;

  readonly wake = (): void => {
    this.#woken = true;
    this.#resume?.();
  };

  /** Resolves when woken, at once when that happened since the last wait, after `idleMs`, or when the signal aborts. */
  async wait(options: WaitOptions): Promise<void> {
    if (!this.#woken && !options.signal.aborted) {
      const asleep = Promise.withResolvers<void>();
      const resume = (): void => {
        asleep.resolve();
      };
      this.#resume = resume;
      options.signal.addEventListener("abort", resume, { once: true });
      const timer = options.clock.schedule(new Date(options.clock.now().getTime() + options.idleMs), resume);
      await asleep.promise;
      timer[Symbol.dispose]();
      options.signal.removeEventListener("abort", resume);
      this.#resume = null;
    }
    this.#woken = false;
  }
}
