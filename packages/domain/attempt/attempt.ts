import type { AgentState, AttemptKind, AttemptState, AttemptStrategy } from "./state.ts";

/** One try at a task: one agent in one sandbox on one branch. */
export interface Attempt {
  readonly id: string;
  readonly taskId: string;
  readonly specId: string;
  readonly projectId: string;
  readonly number: number;
  readonly kind: AttemptKind;
  /** The attempt a validation judges, which holds task and slots for both; null for every other kind. */
  readonly judges: string | null;
  readonly state: AttemptState;
  readonly version: number;
  /** Raised by every claim; a writer that holds an older one has lost the attempt. */
  readonly epoch: number;
  readonly jobId: string;
  readonly agent: string;
  readonly strategy: AttemptStrategy;
  /** The model its agent asks; null for the configured one. */
  readonly model: string | null;
  readonly workflowVersion: number;
  readonly branch: string;
  readonly baseCommit: string | null;
  readonly tip: string | null;
  /** The brief as it was sent. */
  readonly brief: string | null;
  /** Why this attempt was sent back: failed criteria with evidence, or how it ended. The next one's brief carries it. */
  readonly feedback: Feedback | null;
  readonly reason: string | null;
  readonly agentState: AgentState;
  /** What the agent says it did: a claim, never evidence. */
  readonly agentSummary: string | null;
  /** What the agent last said it is doing: a claim too. */
  readonly progress: ProgressClaim | null;
  /** Reports of its agent that were one too many. */
  readonly droppedDiscoveries: number;
  readonly parkedUntil: Date | null;
  readonly cancelRequested: boolean;
  readonly createdAt: Date;
  readonly claimedAt: Date | null;
  readonly startedAt: Date | null;
  readonly beatAt: Date | null;
  readonly outputAt: Date | null;
  readonly endedAt: Date | null;
}

export interface ProgressClaim {
  readonly message: string;
  /** How much of its task the agent thinks is done. */
  readonly percent: number | null;
  readonly at: Date;
}

type Given =
  "id" | "taskId" | "specId" | "projectId" | "number" | "kind" | "judges" | "jobId" | "agent" | "strategy" | "model";

/** An attempt nobody has claimed yet. */
export function newAttempt(
  given: Pick<Attempt, Given | "workflowVersion" | "branch" | "baseCommit" | "tip" | "createdAt">,
): Attempt {
  return {
    ...given,
    state: "queued",
    version: 1,
    epoch: 0,
    brief: null,
    feedback: null,
    reason: null,
    agentState: "starting",
    agentSummary: null,
    progress: null,
    droppedDiscoveries: 0,
    parkedUntil: null,
    cancelRequested: false,
    claimedAt: null,
    startedAt: null,
    beatAt: null,
    outputAt: null,
    endedAt: null,
  };
}

/** Why an attempt was sent back, for the next one's brief and for people. */
export interface Feedback {
  readonly kind: FeedbackKind;
  readonly message: string;
  readonly items: readonly FeedbackItem[];
}

/**
 * policy: rules refused the change and the agent can mend it. hold: the change needs a person's decision. checks: the
 * plan's checks pass before any work and so prove nothing; only a person can change the plan. conflict: git could not
 * merge the work. resolution: a conflict was resolved, but not as it should be. machine: something every attempt needs is
 * not there or does not work; its items say what a person can do.
 */
export const feedbackKinds = [
  "criteria",
  "policy",
  "hold",
  "checks",
  "empty_diff",
  "agent",
  "stuck",
  "conflict",
  "resolution",
  "lost",
  "error",
  "machine",
] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

export interface FeedbackItem {
  /** A criterion label, a file path or a rule name. */
  readonly subject: string;
  readonly message: string;
  /** The end of the output that shows it, or null. */
  readonly tail: string | null;
}
