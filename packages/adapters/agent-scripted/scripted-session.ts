import { FaultError } from "@omoios/domain/shared/fault";
import type { AgentActivity, AgentOutcome, AgentSession } from "@omoios/engine/ports/agent-runtime";
import type { Program, ProgramExit } from "@omoios/engine/ports/sandbox";
import { ActivityQueue } from "./activity-queue.ts";
import { LineCutter, readReport } from "./agent-report.ts";

const maxQueuedChars = 1024 * 1024;

/** One run of the scripted agent's program. */
export class ScriptedSession implements AgentSession {
  readonly outcome: Promise<AgentOutcome>;
  readonly #program: Program;
  readonly #activity = new ActivityQueue(maxQueuedChars);
  #summary: string | null = null;
  #failure: string | null = null;
  #stopped = false;
  #ended = false;

  constructor(program: Program, signal: AbortSignal) {
    this.#program = program;
    const onAbort = (): void => {
      this.#kill();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) this.#kill();
    this.outcome = this.#follow().finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
  }

  get activity(): AsyncIterable<AgentActivity> {
    return this.#activity;
  }

  send(message: string): boolean {
    if (this.#ended) return false;
    this.#program.write(messageLine(message));
    return true;
  }

  async stop(): Promise<void> {
    this.#kill();
    await this.outcome;
  }

  /** The scripted agent has nothing to put in order: its cursor is on the disk after every step. */
  #kill(): void {
    if (this.#ended) return;
    this.#stopped = true;
    this.#activity.release();
    try {
      this.#program.kill("SIGKILL");
    } catch (error) {
      // A jail that is gone has taken the program with it.
      if (!(error instanceof FaultError && error.fault.kind === "unavailable")) throw error;
    }
  }

  async #follow(): Promise<AgentOutcome> {
    try {
      await this.#readOutput();
      return this.#outcomeOf(await this.#program.exited);
    } catch (error) {
      if (this.#stopped) return { kind: "stopped" };
      return { kind: "crashed", message: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#ended = true;
      this.#activity.end();
    }
  }

  async #readOutput(): Promise<void> {
    const lines = new LineCutter();
    for await (const { stream, text } of this.#program.output) {
      if (stream === "stderr") await this.#activity.push({ stream, text });
      else for (const line of lines.add(text)) await this.#take(line);
    }
    for (const line of lines.end()) await this.#take(line);
  }

  async #take(line: string): Promise<void> {
    const report = readReport(line);
    switch (report.type) {
      case "text":
        return this.#activity.push({ stream: "stdout", text: report.text });
      case "output":
        return this.#activity.push({ stream: report.stream, text: report.text });
      case "submitted":
        this.#summary = report.summary;
        return;
      case "failed":
        this.#failure = report.message;
        return;
      case "step":
        return;
    }
  }

  #outcomeOf(exit: ProgramExit): AgentOutcome {
    if (this.#stopped) return { kind: "stopped" };
    if (this.#summary !== null) return { kind: "submitted", summary: this.#summary };
    if (exit.exitCode === 0) return { kind: "ended", summary: null };
    const how = exit.exitCode === null ? `signal ${exit.signal ?? "unknown"}` : `exit code ${exit.exitCode}`;
    return { kind: "crashed", message: this.#failure === null ? how : `${how}: ${this.#failure}` };
  }
}

/** Something said, as the program reads it. */
export function messageLine(text: string): string {
  return `${JSON.stringify({ type: "message", text })}\n`;
}
