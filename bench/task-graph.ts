import type { TaskPriority } from "@omoios/domain/task/state";
import { RandomSource } from "./random-source.ts";

/** A task of a generated plan, in the order in which it could have been written down. */
export interface GeneratedTask {
  readonly id: string;
  readonly number: number;
  readonly needs: readonly string[];
  readonly durationMs: number;
  /** A planner's guess at it, 0 to 1, which is about half right. */
  readonly complexity: number;
  readonly priority: TaskPriority;
}

const medianMs = 4 * 60_000;
const spread = 0.8;

/** Correlation of the guess with the logarithm of the duration. */
const insight = 0.5;

/**
 * A random plan: each task needs up to three of the `window` tasks before it (a small window makes long chains), and
 * lasts some minutes, a few of them very long (lognormal), as agents' tasks do.
 */
export function generateGraph(size: number, window: number, seed: number): readonly GeneratedTask[] {
  const random = new RandomSource(seed);
  const guesses = new RandomSource(seed + 1_000_000);
  return Array.from({ length: size }, (_none, number): GeneratedTask => {
    const needs = new Set<string>();
    const wanted = random.below(4);
    for (let drawn = 0; drawn < wanted && number > 0; drawn += 1)
      needs.add(idOf(number - 1 - random.below(Math.min(window, number))));
    const size = random.normal();
    return {
      id: idOf(number),
      number,
      needs: [...needs],
      durationMs: Math.round(medianMs * Math.exp(spread * size)),
      complexity: share(insight * size + Math.sqrt(1 - insight ** 2) * guesses.normal()),
      priority: priorityOf(random.next()),
    };
  });
}

/** About how much of a normal distribution lies below. */
function share(deviation: number): number {
  return 1 / (1 + Math.exp(-1.702 * deviation));
}

/** As a planner might give them: a few urgent ones, most in the middle. */
function priorityOf(draw: number): TaskPriority {
  if (draw < 0.05) return "critical";
  if (draw < 0.25) return "high";
  return draw < 0.8 ? "medium" : "low";
}

function idOf(number: number): string {
  return `task-${String(number).padStart(4, "0")}`;
}
