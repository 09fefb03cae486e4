import { z } from "zod";
import { workSchema } from "./phase-tasks.ts";

/** What a planner gives for a change of an approved plan. The ticket of new tasks is that of the task they come from. */
export const amendmentSchema = z.object({
  tasks: z
    .array(workSchema.shape.tasks.element.omit({ ticket: true }))
    .max(8)
    .describe("The tasks in the place of the one that is replaced, or that bring landed work in line"),
  checks: z
    .array(workSchema.shape.checks.element)
    .max(40)
    .describe("New checks; those of a criterion replace all it had, a criterion without a new one keeps them"),
});
export type AmendmentAnswer = z.infer<typeof amendmentSchema>;
