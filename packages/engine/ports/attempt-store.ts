import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { AgentState, AttemptMove, AttemptState } from "@omoios/domain/attempt/state";
import type { Transaction } from "./database.ts";

export type AttemptPatch = Partial<
  Pick<
    Attempt,
    | "baseCommit"
    | "tip"
    | "brief"
    | "reason"
    | "feedback"
    | "agentState"
    | "agentSummary"
    | "progress"
    | "droppedDiscoveries"
    | "parkedUntil"
    | "jobId"
    | "startedAt"
    | "endedAt"
    | "cancelRequested"
  >
>;

export interface AttemptStore {
  /** Throws `not-found`. */
  get(id: string, tx?: Transaction): Promise<Attempt>;
  /** Without validations, as every list but theirs: those hold no task. */
  ofTask(taskId: string, tx?: Transaction): Promise<readonly Attempt[]>;
  ofSpec(specId: string): Promise<readonly Attempt[]>;
  inStates(states: readonly AttemptState[]): Promise<readonly Attempt[]>;
  /** What judged an attempt, or the attempts of a spec; oldest first. */
  validations(
    of: { readonly attemptId: string } | { readonly specId: string },
    tx?: Transaction,
  ): Promise<readonly Attempt[]>;
  create(tx: Transaction, attempt: Attempt): Promise<void>;
  /**
   * Takes a live attempt for the job that was sent for it: one statement that raises the epoch and applies `claim`.
   * Null when the job is not the attempt's (any more), or the attempt is parked or over.
   */
  claim(
    tx: Transaction,
    claim: { readonly id: string; readonly jobId: string; readonly at: Date },
  ): Promise<Attempt | null>;
  /** Locks the attempt and returns it; throws `stale` when `epoch` is no longer its epoch or it is over. */
  fence(tx: Transaction, holder: AttemptHolder): Promise<Attempt>;
  /** One guarded write: `illegal-move` by the move table, `stale` when `seen` is not the newest version. */
  move(
    tx: Transaction,
    seen: Attempt,
    change: { readonly move: AttemptMove; readonly patch?: AttemptPatch },
  ): Promise<Attempt>;
  patch(tx: Transaction, seen: Attempt, patch: AttemptPatch): Promise<Attempt>;
  /**
   * The runner's beat: one statement, no version. False when `epoch` was lost: the runner then stops its agent.
   * `outputAt` is when output, tool use or a file change was last seen.
   */
  beat(
    beat: AttemptHolder & { readonly at: Date; readonly outputAt: Date | null; readonly agentState: AgentState },
  ): Promise<boolean>;
}

/** Who may write an attempt: whoever claimed it last. */
export interface AttemptHolder {
  readonly id: string;
  readonly epoch: number;
}
