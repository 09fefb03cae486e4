import type { Criterion } from "./plan.ts";

/**
 * Whether a criterion is about what is there now and must outlive the change. The planner begins it with these words; its
 * checks are green before the work, and stay so.
 */
export function isRegressionGuard({ text }: Pick<Criterion, "text">): boolean {
  return /^as before:/iu.test(text.trim());
}
