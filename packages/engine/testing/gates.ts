import type { Checkpoints } from "../ports/checkpoints.ts";

/** A run that waits at a checkpoint. */
export interface Held {
  /** Resolves when somebody has arrived. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Checkpoints at which a test holds or breaks whoever comes first. */
export class Gates implements Checkpoints {
  /** Names of the checkpoints that were passed, in order. */
  readonly passed: string[] = [];
  readonly #waiting = new Map<string, (() => Promise<void>)[]>();

  async pass(name: string): Promise<void> {
    this.passed.push(name);
    await this.#waiting.get(name)?.shift()?.();
  }

  /** Holds the next one that comes to `name`. */
  hold(name: string): Held {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.once(name, async () => {
      reached.resolve();
      await released.promise;
    });
    return { reached: reached.promise, release: () => released.resolve() };
  }

  /** The next one that comes to `name` meets an error nobody expects, as if the process had died there. */
  crash(name: string): void {
    this.once(name, () => Promise.reject(new Error(`Crashed at ${name}`)));
  }

  /** Does `action` when somebody comes to `name` the next time. */
  once(name: string, action: () => Promise<void>): void {
    this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), action]);
  }

  /** Forgets what was passed and what waits. */
  reset(): void {
    this.passed.length = 0;
    this.#waiting.clear();
  }
}
