/** Effort of a task whose complexity nobody has guessed. */
export const unknownEffort = effortOf(0.5);

/** What a task may cost beside others, 1 to 10, from its complexity, 0 to 1, as the planner guessed it. */
export function effortOf(complexity: number): number {
  return 1 + Math.round(9 * complexity);
}
