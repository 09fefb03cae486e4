import { isStale } from "@omoios/domain/watch/decide";
import type { AttemptState } from "@omoios/domain/attempt/state";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { WatchThresholds } from "@omoios/domain/watch/thresholds";
import type { AttemptRegistry } from "../use-cases/attempt-registry.ts";
import { record } from "../use-cases/record.ts";
import { sendBack, type SettleParts } from "../use-cases/settle-task.ts";

const runningStates = ["provisioning", "working", "collecting", "proving"] as const satisfies readonly AttemptState[];

export interface StaleAttemptsParts extends SettleParts {
  readonly registry: AttemptRegistry;
  readonly watching: WatchThresholds;
  readonly onError: (cause: unknown) => void;
}

/**
 * Takes attempts away from runners that stopped beating. Nothing announces a missing beat, so this looks when the first
 * one could be missing and no more often.
 */
export class StaleAttempts implements AsyncDisposable {
  readonly #parts: StaleAttemptsParts;
  readonly #since: Date;
  #timer: Disposable | null = null;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(parts: StaleAttemptsParts) {
    this.#parts = parts;
    this.#since = parts.clock.now();
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.[Symbol.dispose]();
    await this.#looking;
  }

  /** Looks once: every attempt without a beat for too long is lost, and its task goes to another attempt. */
  async look(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const attempt of await this.#parts.attempts.inStates(runningStates)) {
      if (isStale(this.#lastSign(attempt), this.#parts.watching, now)) await this.#lose(attempt);
    }
  }

  /** Beats from before this process started say nothing: their runner's jobs are being given out again. */
  #lastSign(attempt: Attempt): Date {
    const sign = attempt.beatAt ?? attempt.claimedAt ?? attempt.createdAt;
    return sign < this.#since ? this.#since : sign;
  }

  async #lose({ id, projectId }: Attempt): Promise<void> {
    await record(this.#parts, projectId, async (tx, emit) => {
      await this.#parts.admission.lock(tx);
      const attempt = await this.#parts.attempts.get(id, tx);
      const running: readonly AttemptState[] = runningStates;
      if (
        !running.includes(attempt.state) ||
        !isStale(this.#lastSign(attempt), this.#parts.watching, this.#parts.clock.now())
      )
        return;
      const task = await this.#parts.tasks.get(attempt.taskId, tx);
      const message = "Its runner stopped giving signs of life";
      await sendBack(
        this.#parts,
        { tx, emit },
        { attempt, task, move: "lose", feedback: { kind: "lost", message, items: [] } },
      );
    });
    this.#parts.registry.interrupt(id, "cancelled");
  }

  #schedule(): void {
    if (this.#ended) return;
    const next = new Date(this.#parts.clock.now().getTime() + this.#parts.watching.heartbeatMs);
    this.#timer = this.#parts.clock.schedule(next, () => {
      this.#looking = this.look()
        .catch((error: unknown) => this.#parts.onError(error))
        .finally(() => this.#schedule());
    });
  }
}
