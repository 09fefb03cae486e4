import type { AgentState } from "@omoios/domain/attempt/state";
import { watch } from "@omoios/domain/watch/decide";
import type { AgentSession } from "../ports/agent-runtime.ts";
import { record } from "../use-cases/record.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Heartbeat } from "./heartbeat.ts";

/** How long an agent that has asked may take to end its turn. */
const endWithinMs = 30_000;

/**
 * Watches one working agent without spending a token: looks at the moments `domain/watch` names, nudges it when it is
 * idle, and ends its session when it is stuck.
 */
export class AgentWatch implements AsyncDisposable {
  /** Why the session was ended, once it was. */
  restartReason: string | null = null;
  readonly #parts: AttemptParts;
  readonly #run: AttemptRun;
  readonly #session: AgentSession;
  readonly #heartbeat: Heartbeat;
  readonly #onError: (cause: unknown) => void;
  readonly #startedAt: Date;
  readonly #nudges: Date[] = [];
  /** When an agent that waits for an answer is ended. */
  #endsAt: Date | null = null;
  #timer: Disposable | null = null;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(
    parts: AttemptParts,
    run: AttemptRun,
    over: { readonly session: AgentSession; readonly heartbeat: Heartbeat; readonly onError: (cause: unknown) => void },
  ) {
    this.#parts = parts;
    this.#run = run;
    this.#session = over.session;
    this.#heartbeat = over.heartbeat;
    this.#onError = over.onError;
    this.#startedAt = parts.clock.now();
    this.look();
  }

  /** A sign of life: output, tool use or a file change. */
  saw(): void {
    this.#heartbeat.outputAt = this.#parts.clock.now();
    if (this.#heartbeat.agentState !== "active") this.look();
  }

  look(): void {
    this.#looking = this.#looking.then(() => this.#decide()).catch((error: unknown) => this.#onError(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.[Symbol.dispose]();
    await this.#looking;
  }

  async #decide(): Promise<void> {
    if (this.#ended) return;
    if (this.#heartbeat.agentState === "waiting") {
      this.#letEnd();
      return;
    }
    const now = this.#parts.clock.now();
    const { outputAt } = this.#heartbeat;
    const decision = watch(
      { startedAt: this.#startedAt, outputAt, beatAt: now, nudges: this.#nudges, now },
      this.#run.config.watch,
    );
    if (decision.agentState !== this.#heartbeat.agentState) await this.#observe(decision.agentState);
    if (decision.act.kind !== "none") await this.#intervene(decision.act.kind, decision.act.reason);
    if (this.#ended) return;
    if (this.restartReason !== null) {
      await this.#session.stop();
      return;
    }
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.schedule(decision.lookAgainAt, () => this.look());
  }

  /** An agent that has asked ends by itself; one that goes on instead is ended. */
  #letEnd(): void {
    if (this.#endsAt !== null) return;
    this.#endsAt = new Date(this.#parts.clock.now().getTime() + endWithinMs);
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.schedule(this.#endsAt, () => {
      this.#looking = this.#session.stop().catch((error: unknown) => this.#onError(error));
    });
  }

  async #observe(to: AgentState): Promise<void> {
    await record(this.#parts, this.#run.project.id, async (tx, emit) => {
      const attempt = await this.#parts.attempts.fence(tx, this.#run.holder);
      const from = this.#heartbeat.agentState;
      // It may have asked since the decision was made.
      if (from === "waiting") return;
      this.#heartbeat.agentState = to;
      await this.#parts.attempts.patch(tx, attempt, { agentState: to });
      emit({ type: "agent.observed", ...about(this.#run), payload: { ...named(this.#run), from, to } });
    });
  }

  async #intervene(kind: "nudge" | "restart", reason: string): Promise<void> {
    const createdAt = this.#parts.clock.now();
    await record(this.#parts, this.#run.project.id, async (tx, emit) => {
      await this.#parts.attempts.fence(tx, this.#run.holder);
      const id = this.#parts.identities.uuid();
      await this.#parts.interventions.add(tx, { id, attemptId: this.#run.attempt.id, kind, reason, createdAt });
      emit({ type: "intervention.made", ...about(this.#run), payload: { ...named(this.#run), kind, reason } });
    });
    if (kind === "restart") {
      this.restartReason = reason;
      return;
    }
    this.#nudges.push(createdAt);
    this.#session.send(
      "You have not produced output or changed a file for a while. If you are blocked, say what blocks you; otherwise go on and submit your result.",
    );
  }
}
