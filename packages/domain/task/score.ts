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
  /** Effort of the longest chain waiting for this task, itself included (at least 1). */
  readonly downstream: number;
  /** The largest `downstream` of what is left of its spec: the factor is a share of it, so that no plan is too long for it. */
  readonly longestDownstream: number;
  /** Attempts that were made before. */
  readonly attempts: number;
  readonly maxAttempts: number;
}

const priorityFactors = { critical: 1, high: 0.75, medium: 0.5, low: 0.25 } as const satisfies Record<
  TaskPriority,
  number
>;

/**
 * How urgent a task is, 0..1: the mean of its factors by weight, lifted to the starvation floor when it has waited that
 * long. It grows with priority, waiting time, a nearing deadline and the chain that waits for the task; it falls with
 * the attempts it has had.
 */
export function scoreTask(input: ScoreInput, rules: ScoreRules, now: Date): { score: number; factors: ScoreFactors } {
  const waitedMs = now.getTime() - input.readyAt.getTime();
  const factors = {
    priority: priorityFactors[input.priority],
    age: share(waitedMs, rules.ageCeilingMs),
    deadline: deadlineFactor(input.deadlineAt, rules.deadlineWindowMs, now),
    downstream: share(input.downstream, input.longestDownstream),
    fresh: 1 - share(input.attempts, input.maxAttempts),
  };
  const mean = weightedMean(factors, rules.weights);
  const starved = waitedMs >= rules.starvationAfterMs && mean < rules.starvationFloor;
  return { score: starved ? rules.starvationFloor : mean, factors: { ...factors, starved } };
}

function deadlineFactor(deadlineAt: Date | null, windowMs: number, now: Date): number {
  if (deadlineAt === null) return 0;
  const slackMs = deadlineAt.getTime() - now.getTime();
  return slackMs <= 0 ? 1 : 1 - share(slackMs, windowMs);
}

/** Dividing by the sum keeps the score in 0..1, and the order the same, whatever weights are configured. */
function weightedMean(factors: Omit<ScoreFactors, "starved">, weights: ScoreRules["weights"]): number {
  const sum = weights.priority + weights.age + weights.deadline + weights.downstream + weights.fresh;
  if (sum === 0) return 0;
  const total =
    weights.priority * factors.priority +
    weights.age * factors.age +
    weights.deadline * factors.deadline +
    weights.downstream * factors.downstream +
    weights.fresh * factors.fresh;
  return Math.min(1, total / sum);
}

/** `part` of `whole`, held in 0..1; all of it when there is no whole. */
function share(part: number, whole: number): number {
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, part / whole));
}
