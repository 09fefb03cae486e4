import { FaultError } from "@omoios/domain/shared/fault";
import type { AgentState } from "@omoios/domain/attempt/state";
import type { Sandbox } from "../ports/sandbox.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";

/**
 * The runner's pulse: renews the jail's dead-man timer and books a beat for the attempt. A beat that finds the epoch
 * taken means somebody else has the attempt, and `onLost` is called.
 */
export class Heartbeat implements AsyncDisposable {
  agentState: AgentState = "starting";
  outputAt: Date | null = null;
  sandbox: Sandbox | null = null;
  readonly #parts: AttemptParts;
  readonly #run: AttemptRun;
  readonly #onLost: (cause: unknown) => void;
  #timer: Disposable | null = null;
  #beating: Promise<void> = Promise.resolve();

  constructor(parts: AttemptParts, run: AttemptRun, onLost: (cause: unknown) => void) {
    this.#parts = parts;
    this.#run = run;
    this.#onLost = onLost;
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    await this.#beating;
  }

  #schedule(): void {
    const next = new Date(this.#parts.clock.now().getTime() + this.#run.config.watch.heartbeatMs);
    this.#timer = this.#parts.clock.schedule(next, () => {
      this.#beating = this.#beat();
    });
  }

  async #beat(): Promise<void> {
    try {
      this.#renewJail();
      const kept = await this.#parts.attempts.beat({
        ...this.#run.holder,
        at: this.#parts.clock.now(),
        outputAt: this.outputAt,
        agentState: this.agentState,
      });
      if (!kept) this.#onLost(new Error("Somebody else has claimed this attempt"));
      else if (this.#timer !== null) this.#schedule();
    } catch (error) {
      this.#onLost(error);
    }
  }

  /** A jail that is gone needs no renewal: whoever works in it finds out, and after the work it is closed on purpose. */
  #renewJail(): void {
    try {
      this.sandbox?.renew();
    } catch (error) {
      if (!(error instanceof FaultError) || error.fault.kind !== "unavailable") throw error;
      this.sandbox = null;
    }
  }
}
