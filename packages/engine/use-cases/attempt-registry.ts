import type { RunningAttempts } from "./decide-tasks.ts";

/** held: its agent cannot go on, and the cause says why. */
export type InterruptReason = "parked" | "cancelled" | "lost" | "held";

export interface RegisteredAttempt extends Disposable {
  readonly signal: AbortSignal;
  /** Why the signal aborted; null while it has not. */
  readonly why: InterruptReason | null;
  /** What it was aborted with. */
  readonly cause: unknown;
  abort(why: InterruptReason, cause?: unknown): void;
}

/** The attempts this process is running, and the specs it is planning, so that they can be stopped promptly. The database is the truth about them. */
export class AttemptRegistry implements RunningAttempts {
  readonly #running = new Map<string, Registration>();
  readonly #listeners = new Map<string, () => void>();

  /** Whoever ran the attempt here before has lost it: claiming it took its epoch. */
  enter(attemptId: string, signal: AbortSignal): RegisteredAttempt {
    this.#running.get(attemptId)?.abort("lost");
    const registration = new Registration(() => {
      if (this.#running.get(attemptId) === registration) this.#running.delete(attemptId);
    });
    this.#running.set(attemptId, registration);
    signal.addEventListener("abort", () => registration.abort("parked", signal.reason), {
      signal: registration.signal,
    });
    if (signal.aborted) registration.abort("parked", signal.reason);
    return registration;
  }

  interrupt(attemptId: string, why: "cancelled" | "parked"): void {
    this.#running.get(attemptId)?.abort(why);
  }

  /** Calls `hear` when something is said at a task; whoever works on it listens. */
  listen(taskId: string, hear: () => void): Disposable {
    this.#listeners.set(taskId, hear);
    return {
      [Symbol.dispose]: () => {
        if (this.#listeners.get(taskId) === hear) this.#listeners.delete(taskId);
      },
    };
  }

  tell(taskId: string): void {
    this.#listeners.get(taskId)?.();
  }

  get size(): number {
    return this.#running.size;
  }
}

class Registration implements RegisteredAttempt {
  why: InterruptReason | null = null;
  cause: unknown = undefined;
  readonly #controller = new AbortController();
  readonly #leave: () => void;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(why: InterruptReason, cause?: unknown): void {
    if (this.why !== null) return;
    this.why = why;
    this.cause = cause;
    this.#controller.abort(new Error(`The attempt was interrupted: ${why}`, { cause }));
  }

  [Symbol.dispose](): void {
    this.#leave();
  }
}
