import type { Mode } from "../sandbox/state.ts";
import type { BlockedReason, TaskKind, TaskPriority, TaskStatus } from "./state.ts";
import type { ScoreFactors } from "./score.ts";

/** One unit of work with one testable outcome. */
export interface Task {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly kind: TaskKind;
  /** Null for an exploration, which belongs to no ticket. */
  readonly ticketId: string | null;
  /** Counted per project and kind; see `taskLabel`. */
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly mode: Mode;
  readonly status: TaskStatus;
  readonly version: number;
  readonly priority: TaskPriority;
  readonly declaredFiles: readonly string[];
  /** The commit of the user's base branch it brings in; null for a task that was planned. */
  readonly mergeCommit: string | null;
  /** Dependencies that are not complete. */
  readonly unmet: number;
  /** Effort of the longest chain that waits for this one, itself included. */
  readonly downstream: number;
  readonly score: number | null;
  readonly scoreFactors: ScoreFactors | null;
  readonly blockedReason: BlockedReason | null;
  readonly question: string | null;
  readonly branch: string;
  readonly createdAt: Date;
  readonly readyAt: Date | null;
  readonly retryAt: Date | null;
  readonly endedAt: Date | null;
}

/** What differs between tasks when they are made. */
export type NewTask = Omit<
  Task,
  | "status"
  | "version"
  | "mergeCommit"
  | "score"
  | "scoreFactors"
  | "blockedReason"
  | "question"
  | "readyAt"
  | "retryAt"
  | "endedAt"
>;

/** A task as it is made: it waits, and nobody has looked at it. */
export function newTask(made: NewTask): Task {
  return {
    ...made,
    status: "pending",
    version: 1,
    mergeCommit: null,
    score: null,
    scoreFactors: null,
    blockedReason: null,
    question: null,
    readyAt: null,
    retryAt: null,
    endedAt: null,
  };
}

/** Neither another attempt nor another plan is what such a task is blocked for: it goes on once that is there. */
export function waitsForMore({ blockedReason }: Pick<Task, "blockedReason">): boolean {
  return blockedReason === "dependency" || blockedReason === "question" || blockedReason === "replan";
}
