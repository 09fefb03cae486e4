import type { ScoredConflict } from "./conflict-score.ts";
import type { ConflictState } from "./conflict-state.ts";

/** One conflict of a merge, with git's own words about it. */
export interface ConflictItem extends ScoredConflict {
  readonly message: string;
}

/** Work that could not be merged with what landed meanwhile, until somebody has resolved it. A task has one at a time. */
export interface Conflict {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly taskId: string;
  /** The attempt whose work it is. */
  readonly attemptId: string;
  /** The two sides. The spec's is the newest one somebody was asked to merge with. */
  readonly specTip: string;
  readonly taskTip: string;
  readonly items: readonly ConflictItem[];
  readonly score: number;
  readonly state: ConflictState;
  readonly version: number;
  /** What a person made of it, or null while agents are to resolve it. */
  readonly personTip: string | null;
  /** The person was shown which lines their resolution loses and wants it so. */
  readonly acceptLost: boolean;
  /** Why it is where it is. */
  readonly reason: string | null;
  readonly foundAt: Date;
  readonly movedAt: Date;
}

/** Every path the conflict is about, once. */
export function conflictPaths(conflict: Pick<Conflict, "items">): readonly string[] {
  return [...new Set(conflict.items.flatMap((item) => item.paths))].toSorted();
}

/** The branch on which a person gets the two sides merged, with git's markers. */
export function conflictBranch(task: string): string {
  return `conflict/${task}`;
}
