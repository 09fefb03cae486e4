import type { AgentState, AttemptKind, AttemptState } from "@omoios/domain/attempt/state";
import type { ConflictState } from "@omoios/domain/landing/conflict-state";
import type { SpecStatus } from "@omoios/domain/spec/state";
import type { TaskStatus } from "@omoios/domain/task/state";

/** What a colour means, wherever a state is shown; `you` is kept for what waits for a person. */
export type StateTone = "you" | "live" | "proof" | "good" | "watch" | "bad" | "quiet";

/** How a state is called and coloured: the same at a terminal and in the dashboard. */
export interface StateWord {
  readonly word: string;
  readonly tone: StateTone;
}

export const specWords: Readonly<Record<SpecStatus, StateWord>> = {
  draft: { word: "Draft", tone: "quiet" },
  planning: { word: "Planning", tone: "live" },
  awaiting_approval: { word: "Awaiting approval", tone: "you" },
  executing: { word: "Executing", tone: "live" },
  verifying: { word: "Verifying", tone: "proof" },
  in_review: { word: "In review", tone: "you" },
  merged: { word: "Merged", tone: "good" },
  closed: { word: "Closed", tone: "quiet" },
  failed: { word: "Failed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "quiet" },
};

export const taskWords: Readonly<Record<TaskStatus, StateWord>> = {
  pending: { word: "Pending", tone: "quiet" },
  ready: { word: "Ready", tone: "quiet" },
  running: { word: "Running", tone: "live" },
  validating: { word: "Validating", tone: "proof" },
  landing: { word: "Landing", tone: "live" },
  complete: { word: "Complete", tone: "good" },
  retrying: { word: "Retrying", tone: "watch" },
  blocked: { word: "Blocked", tone: "you" },
  failed: { word: "Failed", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "quiet" },
};

/** An attempt that is sent back is trouble the system handles itself: the next one is told why. */
export const attemptWords: Readonly<Record<AttemptState, StateWord>> = {
  queued: { word: "Queued", tone: "quiet" },
  provisioning: { word: "Getting its sandbox", tone: "live" },
  working: { word: "Working", tone: "live" },
  collecting: { word: "Collecting the changes", tone: "live" },
  proving: { word: "Being proven", tone: "proof" },
  landed: { word: "Landed", tone: "good" },
  rejected: { word: "Sent back", tone: "watch" },
  failed: { word: "Failed", tone: "bad" },
  lost: { word: "Lost", tone: "bad" },
  cancelled: { word: "Cancelled", tone: "quiet" },
  finished: { word: "Finished", tone: "quiet" },
  parked: { word: "Parked", tone: "watch" },
};

/** What an attempt is called before its number: who works at it, and at what, is not the same for every kind. */
export const attemptKindWords: Readonly<Record<AttemptKind, string>> = {
  implementation: "Attempt",
  exploration: "Attempt",
  resolution: "Resolution, attempt",
  base_merge: "Merge of the base branch, attempt",
  validation: "Validation",
};

export const agentWords: Readonly<Record<AgentState, StateWord>> = {
  starting: { word: "Starting", tone: "live" },
  active: { word: "Active", tone: "live" },
  idle: { word: "Idle", tone: "quiet" },
  stuck: { word: "Stuck", tone: "watch" },
  waiting: { word: "Waits for an answer", tone: "you" },
  finished: { word: "Finished", tone: "good" },
  failed: { word: "Failed", tone: "bad" },
};

export const conflictWords: Readonly<Record<ConflictState, StateWord>> = {
  open: { word: "Open", tone: "watch" },
  resolving: { word: "Being resolved", tone: "live" },
  with_person: { word: "Waits for you", tone: "you" },
  resolved: { word: "Resolved", tone: "good" },
  dropped: { word: "No longer matters", tone: "quiet" },
};
