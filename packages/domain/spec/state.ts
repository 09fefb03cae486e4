import type { MoveTable } from "../shared/moves.ts";

export const specStatuses = [
  "draft",
  "planning",
  "awaiting_approval",
  "executing",
  "verifying",
  "in_review",
  "merged",
  "closed",
  "failed",
  "cancelled",
] as const;
export type SpecStatus = (typeof specStatuses)[number];
/** What OmoiOS works on by itself, or would once a person answered. */
export const unfinishedSpecStatuses = [
  "draft",
  "planning",
  "awaiting_approval",
  "executing",
  "verifying",
] as const satisfies readonly SpecStatus[];
export type SpecMove =
  | "plan"
  | "ask_approval"
  | "approve"
  | "reject"
  | "replan"
  | "verify"
  | "satisfy"
  | "reopen"
  | "merge"
  | "close"
  | "fail"
  | "retry"
  | "cancel";

/** A spec whose criteria were met before any work closes from `verifying`: there is nothing to review. */
export const specMoves = {
  draft: { plan: "planning", cancel: "cancelled" },
  planning: { ask_approval: "awaiting_approval", fail: "failed", cancel: "cancelled" },
  awaiting_approval: { approve: "executing", reject: "planning", replan: "planning", cancel: "cancelled" },
  executing: { verify: "verifying", fail: "failed", cancel: "cancelled" },
  verifying: { satisfy: "in_review", close: "closed", reopen: "executing", fail: "failed", cancel: "cancelled" },
  in_review: { merge: "merged", close: "closed", reopen: "executing" },
  merged: {},
  closed: {},
  failed: { retry: "planning", cancel: "cancelled" },
  cancelled: {},
} as const satisfies MoveTable<SpecStatus, SpecMove>;

/** Who can hold a spec: its budget, until there is more of it; a busy provider of models, until a time; a person. */
export const pausers = ["budget", "provider", "person"] as const;
export type PausedBy = (typeof pausers)[number];

export const phases = ["EXPLORE", "PRD", "REQUIREMENTS", "DESIGN", "TASKS", "SYNC", "COMPLETE"] as const;
export type Phase = (typeof phases)[number];

/** direct: one call gives one task. light: requirements and tasks in one call. full: all seven phases. */
export const specSizes = ["direct", "light", "full"] as const;
export type SpecSize = (typeof specSizes)[number];

/** refused: its gate sent it back; it is kept with the findings, and nothing is made from it. */
export const phaseOutputStatuses = ["finished", "skipped", "refused"] as const;
export type PhaseOutputStatus = (typeof phaseOutputStatuses)[number];
