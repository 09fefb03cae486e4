import { FaultError } from "@omoios/domain/shared/fault";
import type { AgentActivity, AgentOutcome, AgentSession } from "@omoios/engine/ports/agent-runtime";
import type { Program } from "@omoios/engine/ports/sandbox";

/** One run of the program. */
export class CommandSession implements AgentSession {
  /** The program's output as it comes; a slow follower holds the program up, not our memory. */
  readonly activity: AsyncIterable<AgentActivity>;
  readonly outcome: Promise<AgentOutcome>;
  readonly #program: Program;
  #stopped = false;
  #ended = false;

  constructor(program: Program, signal: AbortSignal) {
    this.#program = program;
    this.activity = this.#output(program.output);
    const onAbort = (): void => this.#kill();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) this.#kill();
    this.outcome = this.#follow().finally(() => {
      this.#ended = true;
      signal.removeEventListener("abort", onAbort);
    });
  }

  /** A program that has been told everything at its start hears no messages. */
  send(): boolean {
    return false;
  }

  async stop(): Promise<void> {
    this.#kill();
    await this.outcome;
  }

  async *#output(output: Program["output"]): AsyncGenerator<AgentActivity> {
    try {
      yield* output;
    } catch (error) {
      // The jail is gone; the outcome says so.
      if (!(error instanceof FaultError)) throw error;
    }
  }

  #kill(): void {
    if (this.#ended) return;
    this.#stopped = true;
    try {
      this.#program.kill("SIGKILL");
    } catch (error) {
      // A jail that is gone has taken the program with it.
      if (!(error instanceof FaultError && error.fault.kind === "unavailable")) throw error;
    }
  }

  async #follow(): Promise<AgentOutcome> {
    try {
      const { exitCode, signal } = await this.#program.exited;
      if (this.#stopped) return { kind: "stopped" };
      if (exitCode === 0) return { kind: "ended", summary: null };
      return {
        kind: "crashed",
        message: exitCode === null ? `signal ${signal ?? "unknown"}` : `exit code ${exitCode}`,
      };
    } catch (error) {
      if (this.#stopped) return { kind: "stopped" };
      return { kind: "crashed", message: error instanceof Error ? error.message : String(error) };
    }
  }
}
