import { modes } from "@omoios/domain/sandbox/state";
import { taskPriorities } from "@omoios/domain/task/state";
import { z } from "zod";
import { requirementsSchema } from "./phase-requirements.ts";

const name = z.string().min(1).max(40);

const ticket = z.object({
  id: name.describe("A short name in lower case, for example storage"),
  title: z.string().min(3).max(120),
});

const task = z.object({
  id: name.describe("A short name in lower case, for example store-api; unlike any ticket's"),
  ticket: name.describe("Id of its ticket"),
  title: z.string().min(3).max(120).describe("One outcome, opened by a verb"),
  description: z
    .string()
    .min(10)
    .max(8000)
    .describe(
      "What to build and why, for an agent that sees the repository, this text and its criteria, but no other task",
    ),
  mode: z.enum(modes).describe("implementation"),
  priority: z.enum(taskPriorities),
  needs: z.array(name).max(20).describe("Ids of the tasks whose code it builds on; they land first"),
  criteria: z
    .array(z.string().max(20))
    .max(20)
    .describe("Ids of the criteria that hold once it has landed, for example REQ-1.2"),
  declaredFiles: z
    .array(z.string().min(1).max(300))
    .max(100)
    .describe("Files or directories (ending in /) it may create or change"),
  requiresGit: z.boolean().describe("Whether the agent needs the history of the repository"),
  requiresTests: z.boolean().describe("Whether the agent needs to run tests itself"),
  complexity: z.number().min(0).max(1).describe("0: a line. 1: needs a senior engineer for a day"),
});

const check = z.object({
  criterion: z.string().max(20).describe("Id of the criterion it proves"),
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
});

/** What TASKS gives. */
export const workSchema = z.object({
  tickets: z
    .array(ticket)
    .min(1)
    .max(12)
    .describe("Groups of tasks, each a part of the feature one could name to a user"),
  tasks: z.array(task).min(1).max(60),
  checks: z.array(check).max(120).describe("At least one for every criterion whose proof is check"),
});
export type WorkOutput = z.infer<typeof workSchema>;

/** What the planner answers for size `light`: requirements and tasks in one. */
export const lightPlanSchema = requirementsSchema.extend(workSchema.shape);
