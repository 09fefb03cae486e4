import type { CandidateState } from "./candidate-state.ts";

/** The merge commit of a spec tip and a task tip, being proven before it lands. */
export interface Candidate {
  readonly attemptId: string;
  readonly specId: string;
  readonly specTip: string;
  readonly taskTip: string;
  readonly commit: string;
  readonly tree: string;
  readonly state: CandidateState;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}
