import { conflictStates } from "@omoios/domain/landing/conflict-state";
import { z } from "zod";

const label = z.string().describe("For example TSK-101");

export const conflictViewSchema = z
  .object({
    id: z.uuid(),
    task: label,
    taskId: z.uuid(),
    title: z.string().describe("Title of the task"),
    spec: label,
    state: z.enum(conflictStates),
    attempt: z.int().describe("The attempt whose work it is"),
    paths: z.array(z.string()),
    items: z.array(
      z.object({
        paths: z.array(z.string()),
        type: z.string().describe("Git's name, for example CONFLICT (contents)"),
        message: z.string(),
        hunks: z.int().describe("Conflicting places in the merged text"),
      }),
    ),
    score: z.int().describe("How hard it is to resolve"),
    specTip: z.string(),
    taskTip: z.string(),
    reason: z.string().nullable().describe("Why it is where it is"),
    foundAt: z.iso.datetime(),
    movedAt: z.iso.datetime(),
  })
  .meta({ id: "Conflict" });
export type ConflictView = z.infer<typeof conflictViewSchema>;

const intentSchema = z.object({
  label,
  title: z.string(),
  description: z.string(),
  goal: z.array(z.string()).describe("What is checked about it, in words"),
});

/** `GET /tasks/:id/conflict` */
export const conflictDetailSchema = conflictViewSchema
  .extend({
    work: intentSchema.describe("What the task is for"),
    landed: z.array(intentSchema).describe("What landed the other side"),
    diffs: z
      .object({ work: z.string(), landed: z.string() })
      .describe("What each side did to the files since their merge base"),
  })
  .meta({ id: "ConflictDetail" });
export type ConflictDetail = z.infer<typeof conflictDetailSchema>;

export const conflictListSchema = z.object({ items: z.array(conflictViewSchema) }).meta({ id: "ConflictList" });

/** `GET /conflicts`: oldest first. */
export const conflictListQuerySchema = z.strictObject({
  project: z.string().min(1).optional().describe("Name, id or repository path of the project"),
  all: z.stringbool().default(false).describe("Those that are settled too"),
});

export const takenConflictSchema = z
  .object({
    branch: z.string().describe("In the hub: both sides merged, with conflict markers"),
    commit: z.string(),
    hub: z.string().describe("Path of the repository to fetch it from"),
    source: z.string().describe("The repository the spec was asked for"),
  })
  .meta({ id: "TakenConflict" });

export const finishConflictSchema = z
  .strictObject({
    branch: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe("Branch of your repository that resolves it; by default the one that was taken"),
    acceptLost: z.boolean().default(false).describe("The lines it loses are meant to go"),
  })
  .meta({ id: "FinishConflict" });
