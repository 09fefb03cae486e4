import { feedbackKinds } from "@omoios/domain/attempt/attempt";
import { agentStates, attemptKinds, attemptStates, attemptStrategies } from "@omoios/domain/attempt/state";
import { candidateStates } from "@omoios/domain/landing/candidate-state";
import { evidenceSubjects } from "@omoios/domain/proof/evidence";
import { modes } from "@omoios/domain/sandbox/state";
import { messageSenders } from "@omoios/domain/task/message";
import { blockedReasons, taskPriorities, taskStatuses } from "@omoios/domain/task/state";
import { z } from "zod";
import { conflictViewSchema } from "./http-conflict.ts";

const at = z.iso.datetime();
const maybeAt = at.nullable();
const label = z.string().describe("For example SPC-7, TSK-101 or REQ-1.2");

export const evidenceViewSchema = z
  .object({
    id: z.uuid(),
    criterion: label,
    task: label,
    attempt: z.int(),
    command: z.string(),
    subject: z.enum(evidenceSubjects),
    commit: z.string(),
    tree: z.string(),
    environment: z.string(),
    exitCode: z.int().nullable(),
    timedOut: z.boolean(),
    passed: z.boolean(),
    outputDigest: z.string(),
    tail: z.string(),
    startedAt: at,
    endedAt: at,
    durationMs: z.number(),
  })
  .meta({ id: "Evidence" });
export type EvidenceView = z.infer<typeof evidenceViewSchema>;

export const verdictViewSchema = z
  .object({
    criterion: label,
    task: label,
    attempt: z.int(),
    candidateCommit: z.string(),
    met: z.boolean(),
    confidence: z.number(),
    evidence: z.array(z.string()).describe("What it cites: ids of evidence, or a name that is none"),
    commands: z.array(z.string()).describe("Commands it cites beside that, by name"),
    reasoning: z.string(),
    voidReason: z.string().nullable().describe("Why code does not count it, or null when it counts"),
    createdAt: at,
  })
  .meta({ id: "Verdict" });
export type VerdictView = z.infer<typeof verdictViewSchema>;

export const commandRunViewSchema = z
  .object({
    name: z.string().describe("What the validator cites it as, for example C1"),
    command: z.string(),
    directory: z.string(),
    why: z.string().describe("What the validator expected it to show"),
    commit: z.string(),
    exitCode: z.int().nullable(),
    timedOut: z.boolean(),
    outputDigest: z.string(),
    tail: z.string(),
    startedAt: at,
    durationMs: z.number(),
  })
  .meta({ id: "CommandRun" });
export type CommandRunView = z.infer<typeof commandRunViewSchema>;

export const taskSummarySchema = z
  .object({
    id: z.uuid(),
    label,
    spec: label,
    specId: z.uuid(),
    ticket: label.nullable().describe("Null for an exploration, which belongs to no ticket"),
    title: z.string(),
    mode: z.enum(modes),
    status: z.enum(taskStatuses),
    priority: z.enum(taskPriorities),
    attempts: z.int().describe("Attempts made so far"),
    agentState: z.enum(agentStates).nullable().describe("What is seen of the newest attempt's agent"),
    needs: z.array(label).describe("Tasks this one waits for"),
    unmet: z.int(),
    score: z.number().nullable(),
    blockedReason: z.enum(blockedReasons).nullable(),
    question: z.string().nullable(),
    branch: z.string(),
    createdAt: at,
    readyAt: maybeAt,
    retryAt: maybeAt,
    endedAt: maybeAt,
  })
  .meta({ id: "TaskSummary" });
export type TaskSummary = z.infer<typeof taskSummarySchema>;

export const validationViewSchema = z
  .object({
    id: z.uuid(),
    number: z.int().describe("Which one of its attempt"),
    state: z.enum(attemptStates),
    model: z.string().describe("The model that judges"),
    epoch: z.int(),
    brief: z.string().nullable().describe("What it was told, as it was sent first"),
    reason: z.string().nullable(),
    commands: z.array(commandRunViewSchema).describe("What it had run on the candidate, in that order"),
    tokens: z.int().describe("Used by its calls so far"),
    usd: z.number().nullable().describe("What they cost; null: unknown"),
    parkedUntil: maybeAt,
    createdAt: at,
    startedAt: maybeAt,
    endedAt: maybeAt,
  })
  .meta({ id: "Validation" });
export type ValidationView = z.infer<typeof validationViewSchema>;

export const attemptViewSchema = z
  .object({
    id: z.uuid(),
    number: z.int(),
    kind: z.enum(attemptKinds),
    state: z.enum(attemptStates),
    agent: z.string(),
    strategy: z.enum(attemptStrategies).describe("How it goes about the task"),
    model: z.string().nullable().describe("The model its agent asks; null for the configured one"),
    agentState: z.enum(agentStates),
    agentSummary: z.string().nullable().describe("What the agent says it did: a claim, never evidence"),
    progress: z
      .object({ message: z.string(), percent: z.int().nullable(), at })
      .nullable()
      .describe("What the agent last said it is doing: a claim as well"),
    branch: z.string(),
    baseCommit: z.string().nullable(),
    tip: z.string().nullable(),
    epoch: z.int(),
    brief: z.string().nullable(),
    feedback: z
      .object({
        kind: z.enum(feedbackKinds),
        message: z.string(),
        items: z.array(z.object({ subject: z.string(), message: z.string(), tail: z.string().nullable() })),
      })
      .nullable(),
    reason: z.string().nullable(),
    parkedUntil: maybeAt,
    cancelRequested: z.boolean(),
    createdAt: at,
    claimedAt: maybeAt,
    startedAt: maybeAt,
    beatAt: maybeAt,
    outputAt: maybeAt,
    endedAt: maybeAt,
    evidence: z.array(evidenceViewSchema),
    verdicts: z.array(verdictViewSchema),
    validations: z.array(validationViewSchema).describe("What judged it, oldest first"),
    candidates: z.array(
      z.object({ commit: z.string(), tree: z.string(), state: z.enum(candidateStates), reason: z.string().nullable() }),
    ),
    interventions: z.array(z.object({ kind: z.enum(["nudge", "restart"]), reason: z.string(), createdAt: at })),
    steps: z.array(z.object({ name: z.string(), done: z.boolean(), startedAt: at, endedAt: maybeAt })),
  })
  .meta({ id: "Attempt" });
export type AttemptView = z.infer<typeof attemptViewSchema>;

export const messageViewSchema = z
  .object({
    number: z.int(),
    from: z.enum(messageSenders),
    text: z.string(),
    proposal: z.string().nullable().describe("What an agent that asks would do without an answer"),
    attempt: z.int().nullable().describe("The attempt whose agent said it or was given it"),
    saidAt: at,
    heardAt: maybeAt.describe("When an agent was given it"),
  })
  .meta({ id: "Message" });
export type MessageView = z.infer<typeof messageViewSchema>;

/** What a person says to the agent of a task; a question that is open is answered by it. */
export const sendMessageSchema = z
  .strictObject({ text: z.string().trim().min(1, "is empty").max(4000) })
  .meta({ id: "SendMessage" });

const unit = z.number().min(0).max(1);

export const taskViewSchema = taskSummarySchema
  .extend({
    description: z.string(),
    declaredFiles: z.array(z.string()),
    criteria: z.array(z.object({ label, text: z.string() })),
    scoreFactors: z
      .object({ priority: unit, age: unit, deadline: unit, downstream: unit, fresh: unit, starved: z.boolean() })
      .nullable(),
    messages: z.array(messageViewSchema).describe("What its agents asked and were told, oldest first"),
    conflicts: z.array(conflictViewSchema).describe("With what landed meanwhile, oldest first"),
    history: z.array(attemptViewSchema).describe("Every attempt, oldest first"),
  })
  .meta({ id: "Task" });
export type TaskView = z.infer<typeof taskViewSchema>;
