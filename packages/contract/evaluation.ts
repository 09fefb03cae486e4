import { z } from "zod";

const score = z.object({
  score: z.number().min(0).max(1),
  reason: z.string().min(3).max(600).describe("What is missing and where, or why nothing is"),
});

/** What an evaluator answers: one score for each standard, by its name. */
export function evaluationSchema(standards: readonly string[]) {
  return z.object({ scores: z.object(Object.fromEntries(standards.map((name) => [name, score]))) });
}
export type EvaluationAnswer = z.infer<ReturnType<typeof evaluationSchema>>;
