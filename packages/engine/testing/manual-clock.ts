import type { Clock } from "../ports/clock.ts";

interface Timer {
  readonly at: Date;
  readonly run: () => void;
}

/**
 * A clock that moves when a test says so. Each look at it is a millisecond later than the one before, so that what
 * happened first also carries the earlier time; timers run in `advance` only.
 */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(start = new Date("2026-03-01T10:00:00.000Z")) {
    this.#now = start.getTime();
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  now(): Date {
    this.#now += 1;
    return new Date(this.#now);
  }

  schedule(at: Date, run: () => void): Disposable {
    const timer = { at, run };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Lets time pass: runs what is due until then, in order, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((left, right) => left.at.getTime() - right.at.getTime());
      if (next === undefined || next.at.getTime() > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at.getTime());
      next.run();
    }
    this.#now = Math.max(this.#now, end);
  }
}
