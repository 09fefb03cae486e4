import type { TaskPriority } from "./state.ts";

/** Weights and ceilings of the score; all of them are configuration. */
export interface ScoreRules {
  readonly weights: {
    readonly priority: number;
    readonly age: number;
    readonly deadline: number;
    readonly downstream: number;
    readonly fresh: number;
  };
  /** Age at which the age factor reaches 1. */
  readonly ageCeilingMs: number;
  /** Time before the deadline in which the deadline factor rises from 0 to 1. */
  readonly deadlineWindowMs: number;
  /** Waiting time after which the score is lifted to at least `starvationFloor`. */
  readonly starvationAfterMs: number;
  readonly starvationFloor: number;
  /** Downstream chain length, in tasks, at which the downstream factor reaches 1. */
  readonly downstreamCeiling: number;
}

/** Each factor is in 0..1; they are stored with the task and shown, so that an order can be explained. */
export interface ScoreFactors {
  readonly priority: number;
  readonly age: number;
  readonly deadline: number;
  readonly downstream: number;
  readonly fresh: number;
  /** True when the starvation floor lifted the score. */
  readonly starved: boolean;
}

export interface ScoreInput {
  readonly priority: TaskPriority;
  readonly readyAt: Date;
  readonly deadlineAt: Date | null;
  /** Length in tasks of the longest chain waiting for this task, itself included (at least 1). */
  readonly downstream: number;
  /** Attempts that were made before. */
  readonly attempts: number;
  readonly maxAttempts: number;
}
