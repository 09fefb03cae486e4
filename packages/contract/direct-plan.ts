import { taskPriorities } from "@omoios/domain/task/state";
import { z } from "zod";

/** What the planner answers for a spec of size `direct`: one requirement, one criterion, one check, one task. */
export const directPlanSchema = z.object({
  title: z.string().min(3).max(80).describe("Title of the feature in plain words, at most 80 characters"),
  requirement: z.object({
    text: z
      .string()
      .min(10)
      .max(600)
      .describe("One EARS statement, for example: WHEN a user opens /health, the service SHALL answer 200"),
    criterion: z.string().min(10).max(600).describe("One observable outcome that shows the requirement is met"),
  }),
  check: z.object({
    command: z
      .string()
      .min(1)
      .max(2000)
      .describe("Shell command that exits 0 exactly when the criterion is met; no network is available"),
    directory: z.string().max(300).describe("Directory to run it in, relative to the repository; . is its top"),
    timeoutSeconds: z.int().min(1).max(1800),
    files: z
      .array(z.object({ path: z.string().min(1).max(300), content: z.string().max(64_000) }))
      .max(10)
      .describe(
        "Test files the command needs that the repository does not have; they lie over the tree when the check runs",
      ),
  }),
  task: z.object({
    title: z.string().min(3).max(120),
    description: z
      .string()
      .min(10)
      .max(8000)
      .describe("What to build and why, for an agent that sees the repository but not this conversation"),
    priority: z.enum(taskPriorities),
    declaredFiles: z
      .array(z.string().min(1).max(300))
      .max(100)
      .describe("Files or directories (ending in /) the task may create or change"),
  }),
  assumptions: z.array(z.string().max(500)).max(10).describe("What was assumed because the request did not say"),
});
export type DirectPlan = z.infer<typeof directPlanSchema>;
