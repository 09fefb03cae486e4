import { phases } from "@omoios/domain/spec/state";
import { z } from "zod";
import { prdSchema } from "./phase-prd.ts";
import { designSchema } from "./phase-design.ts";
import { requirementsSchema } from "./phase-requirements.ts";
import { syncSchema } from "./phase-sync.ts";
import { workSchema } from "./phase-tasks.ts";

/** The plan as it stands, in the planner's names, whether or not it is approved; parts nobody made are null. */
export const planViewSchema = z
  .object({
    prd: prdSchema.nullable(),
    requirements: requirementsSchema.nullable(),
    design: designSchema.nullable(),
    work: workSchema.nullable(),
    sync: syncSchema.nullable(),
    stale: z.array(z.enum(phases)).describe("Made from something that was changed since"),
    standing: z
      .array(z.object({ phase: z.enum(phases), output: z.string(), score: z.number().nullable() }))
      .describe("The version of each phase that stands, as PHASE@version"),
  })
  .meta({ id: "Plan" });
export type PlanView = z.infer<typeof planViewSchema>;

export const questionViewSchema = z
  .object({
    number: z.int(),
    text: z.string(),
    why: z.string(),
    proposal: z.string().describe("What is taken when nobody answers"),
    answer: z.string().nullable(),
    answeredBy: z.enum(["policy", "person"]).nullable(),
  })
  .meta({ id: "Question" });
export type QuestionView = z.infer<typeof questionViewSchema>;

export const approvePhaseSchema = z
  .strictObject({ output: z.string().min(1).describe("The version you saw, for example REQUIREMENTS@1") })
  .meta({ id: "ApprovePhase" });

export const rejectPlanSchema = z
  .strictObject({
    reason: z.string().trim().min(1, "is empty: say what has to be different").max(4000),
    phase: z.enum(phases).nullable().default(null).describe("Where to begin anew; the last phase made when left out"),
  })
  .meta({ id: "RejectPlan" });

export const editPlanSchema = z
  .strictObject({
    subject: z.string().min(1).max(20).describe("For example REQ-1 or REQ-1.2"),
    text: z.string().trim().min(1).max(600).describe("Its new words"),
  })
  .meta({ id: "EditPlan" });

export const acceptCriterionSchema = z
  .strictObject({
    criterion: z.string().min(1).max(20).describe("For example REQ-1.2"),
    reason: z.string().trim().min(1, "is empty: say why").max(1000).describe("Why; kept and shown in the pull request"),
  })
  .meta({ id: "AcceptCriterion" });

export const answerQuestionsSchema = z
  .strictObject({
    answers: z
      .array(z.strictObject({ number: z.int().min(1), answer: z.string().trim().min(1).max(1000) }))
      .max(50)
      .default([]),
    acceptRest: z.boolean().default(false).describe("Take the proposals for whatever is not answered"),
  })
  .meta({ id: "AnswerQuestions" });
