import { standings } from "@omoios/domain/proof/judge";
import { checkOrigins } from "@omoios/domain/spec/plan";
import { pausers, phaseOutputStatuses, phases, specSizes, specStatuses } from "@omoios/domain/spec/state";
import { z } from "zod";
import { budgetSchema } from "./http-budget.ts";
import { evidenceViewSchema, taskSummarySchema, verdictViewSchema } from "./http-task.ts";
import { planViewSchema, questionViewSchema } from "./http-plan.ts";
import { projectSchema } from "./http.ts";
import { scenarioSchema } from "./scenario.ts";

const at = z.iso.datetime();
const maybeAt = at.nullable();
const label = z.string().describe("For example SPC-7, TSK-101 or REQ-1.2");

/** Longest feature request, in characters. What is longer belongs into a file of the repository. */
export const maxRequestLength = 20_000;

export const createSpecSchema = z
  .strictObject({
    request: z
      .string()
      .trim()
      .min(1, "is empty: say in a sentence what to build")
      .max(maxRequestLength, {
        error: (issue) =>
          `is ${String((issue.input as string).length)} characters long, at most ${String(maxRequestLength)} are read: put the details into a file of the repository and name it here`,
      })
      .describe("The feature, in your own words"),
    repository: z.string().min(1).describe("Absolute path of the git repository on the server's machine"),
    base: z.string().min(1).nullable().default(null).describe("Branch to build on; default the one checked out"),
    size: z.enum(specSizes).default("direct"),
    agent: z.string().min(1).nullable().default(null),
    model: z.string().min(1).nullable().default(null),
    scenario: scenarioSchema.nullable().default(null).describe("The script of a scripted agent or model"),
    budget: budgetSchema.nullable().default(null).describe("The most it may use; null: the installation's default"),
    yes: z.boolean().default(false).describe("Approve the plan by policy instead of asking a person"),
  })
  .meta({ id: "CreateSpec" });
export type CreateSpec = z.infer<typeof createSpecSchema>;

export const goalSchema = z.object({ met: z.int(), total: z.int() }).describe("Criteria that are met, of all");

export const progressSchema = z
  .object({
    unmet: z.int(),
    judged: z.int(),
    regressed: z.int(),
    history: z
      .array(z.object({ commit: z.string(), landedAt: z.iso.datetime(), met: z.int(), regressed: z.int() }))
      .describe("What the spec branch was, oldest first: its base once a check has run on it, then each landing"),
  })
  .describe("Are we there yet?");
export type ProgressView = z.infer<typeof progressSchema>;

export const specSummarySchema = z
  .object({
    id: z.uuid(),
    label,
    project: projectSchema,
    title: z.string(),
    request: z.string(),
    size: z.enum(specSizes),
    status: z.enum(specStatuses),
    phase: z.enum(phases),
    version: z.int(),
    pausedReason: z.string().nullable(),
    pausedBy: z.enum(pausers).nullable().describe("Who holds it; null when nobody does"),
    attention: z.string().nullable().describe("What a person has to look at before this goes on"),
    settings: z.object({ agent: z.string(), model: z.string(), approval: z.enum(["policy", "person"]) }),
    base: z.object({ branch: z.string(), commit: z.string() }),
    branch: z.string(),
    requestedAt: at,
    endedAt: maybeAt,
  })
  .meta({ id: "SpecSummary" });
export type SpecSummary = z.infer<typeof specSummarySchema>;

export const specCreatedSchema = z
  .object({
    spec: specSummarySchema,
    leftOut: z
      .object({ count: z.int(), paths: z.array(z.string()) })
      .describe("Uncommitted files of the repository, which the run does not see; at most 100 are named"),
    notices: z.array(z.string()),
  })
  .meta({ id: "SpecCreated" });
export type SpecCreated = z.infer<typeof specCreatedSchema>;

const checkViewSchema = z
  .object({
    id: z.uuid(),
    origin: z.enum(checkOrigins),
    command: z.string(),
    directory: z.string(),
    timeoutMs: z.int(),
    expectedExitCode: z.int(),
    files: z.array(z.object({ path: z.string(), content: z.string() })),
  })
  .meta({ id: "Check" });

/** How a criterion stands on the tip of the spec branch: counted by code from evidence and verdicts, never claimed. */
export const criterionViewSchema = z
  .object({
    label,
    text: z.string(),
    requirement: label,
    standing: z.enum(standings).describe("judged: no check can prove it, a person has to look"),
    met: z.boolean(),
    why: z.string().nullable().describe("Why it does not count as met; null when it is met"),
    checks: z.array(checkViewSchema),
    tasks: z.array(label),
    evidence: z.array(evidenceViewSchema).describe("The evidence its standing rests on, newest last"),
    verdict: verdictViewSchema.nullable(),
  })
  .meta({ id: "Criterion" });
export type CriterionView = z.infer<typeof criterionViewSchema>;

export const pullRequestSummarySchema = z
  .object({
    spec: label,
    state: z.enum(["open", "merged", "closed"]),
    branch: z.string(),
    base: z.string(),
    baseCommit: z.string().describe("The newest commit of the base branch the head contains"),
    headCommit: z.string(),
    title: z.string(),
    url: z.string(),
    openedAt: at,
  })
  .meta({ id: "PullRequestSummary" });

export type PullRequestSummary = z.infer<typeof pullRequestSummarySchema>;

export const pullRequestSchema = pullRequestSummarySchema
  .extend({
    body: z.string().describe("Markdown"),
    hub: z.string().describe("Path of the repository that holds the branch"),
  })
  .meta({ id: "PullRequest" });
export type PullRequestView = z.infer<typeof pullRequestSchema>;

export const pullRequestRefreshedSchema = z
  .object({
    outcome: z
      .enum(["current", "moved", "merged"])
      .describe("moved: a task brings the base branch in; merged: the base branch contains the head already"),
    spec: specSummarySchema,
    base: z.string(),
    baseCommit: z.string().describe("Where the base branch is now"),
    task: label.nullable().describe("What brings it in, when it has moved on"),
  })
  .meta({ id: "PullRequestRefreshed" });
export type PullRequestRefreshed = z.infer<typeof pullRequestRefreshedSchema>;

export const pullRequestMergedSchema = z
  .object({
    spec: specSummarySchema,
    base: z.string(),
    commit: z.string(),
    hub: z.string().describe("Path of the repository whose base branch moved"),
    source: z.string().describe("The repository the spec was asked for; it was not changed"),
  })
  .meta({ id: "PullRequestMerged" });

export const usageSchema = z
  .object({
    calls: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    tokens: z.int(),
    usd: z.number().nullable().describe("Null when a model has no known price"),
    byRole: z.array(z.object({ role: z.string(), model: z.string(), calls: z.int(), tokens: z.int() })),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof usageSchema>;

export const specViewSchema = specSummarySchema
  .extend({
    assumptions: z.array(z.string()),
    goal: goalSchema,
    progress: progressSchema,
    planDigest: z.string().nullable().describe("What an approval has to name; null before the plan is sealed"),
    approval: z
      .object({
        digest: z.string(),
        decision: z.enum(["approved", "rejected"]),
        decidedBy: z.enum(["policy", "person"]),
        reason: z.string().nullable(),
        decidedAt: at,
      })
      .nullable()
      .describe("The newest decision about the plan"),
    phases: z.array(
      z.object({
        phase: z.enum(phases),
        version: z.int(),
        status: z.enum(phaseOutputStatuses),
        output: z.unknown(),
        madeFrom: z.array(z.string()),
        promptDigest: z.string().nullable(),
        createdAt: at,
      }),
    ),
    plan: planViewSchema,
    questions: z.array(questionViewSchema),
    requirements: z.array(z.object({ label, text: z.string(), priority: z.enum(["must", "should"]) })),
    criteria: z.array(criterionViewSchema),
    tickets: z.array(z.object({ label, title: z.string(), branch: z.string() })),
    tasks: z.array(taskSummarySchema),
    pullRequest: pullRequestSummarySchema.nullable(),
    usage: usageSchema,
  })
  .meta({ id: "Spec" });
export type SpecView = z.infer<typeof specViewSchema>;

export const approveSpecSchema = z
  .strictObject({ digest: z.string().min(1).describe("`planDigest` of the spec as you saw it") })
  .meta({ id: "ApproveSpec" });

/** `GET /specs`: newest first. */
export const specListQuerySchema = z.strictObject({
  cursor: z.string().max(300).optional().describe("`next` of the page before"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  project: z.string().min(1).optional().describe("Name, id or repository path of the project"),
  status: z
    .string()
    .transform((text) => text.split(",").filter((part) => part !== ""))
    .pipe(z.array(z.enum(specStatuses)))
    .optional()
    .describe("Statuses, separated by commas"),
});
