import type { AttemptState } from "@omoios/domain/attempt/state";
import type { SpecSummary } from "@omoios/contract/http-spec";
import type { ConflictState } from "@omoios/domain/landing/conflict-state";
import type { PausedBy, SpecStatus } from "@omoios/domain/spec/state";
import type { TaskStatus } from "@omoios/domain/task/state";
import type { Tone } from "./paint.ts";

/** How a state is shown: the same word and tone as in the dashboard. */
export interface Shown {
  readonly word: string;
  readonly tone: Tone;
}

export const specWords: Readonly<Record<SpecStatus, Shown>> = {
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

/** How a spec is shown: what it waits for, or what holds it, says more than its status. */
export function shownSpec({
  status,
  attention,
  pausedBy,
}: Pick<SpecSummary, "status" | "attention" | "pausedBy">): Shown {
  if (attention !== null) return { word: "Needs you", tone: "you" };
  return pausedBy === null ? specWords[status] : { word: "Paused", tone: pauseWords[pausedBy].tone };
}

/** What holds a spec. A spent budget waits for a person; a provider's pause ends by itself, and who paused knows. */
export const pauseWords: Readonly<Record<PausedBy, Shown>> = {
  budget: { word: "Stopped by its budget", tone: "you" },
  provider: { word: "Waits for its provider", tone: "watch" },
  person: { word: "Paused", tone: "watch" },
};

export const taskWords: Readonly<Record<TaskStatus, Shown>> = {
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

export const attemptWords: Readonly<Record<AttemptState, Shown>> = {
  queued: { word: "queued", tone: "quiet" },
  provisioning: { word: "getting its sandbox", tone: "live" },
  working: { word: "working", tone: "live" },
  collecting: { word: "collecting the changes", tone: "live" },
  proving: { word: "being proven", tone: "proof" },
  landed: { word: "landed", tone: "good" },
  rejected: { word: "sent back", tone: "watch" },
  failed: { word: "failed", tone: "bad" },
  lost: { word: "lost", tone: "bad" },
  cancelled: { word: "cancelled", tone: "quiet" },
  finished: { word: "finished", tone: "quiet" },
  parked: { word: "parked", tone: "watch" },
};

export const conflictWords: Readonly<Record<ConflictState, Shown>> = {
  open: { word: "Open", tone: "watch" },
  resolving: { word: "Being resolved", tone: "live" },
  with_person: { word: "Waits for you", tone: "you" },
  resolved: { word: "Resolved", tone: "good" },
  dropped: { word: "No longer matters", tone: "quiet" },
};
