import { agentStates, attemptStates, attemptStrategies } from "@omoios/domain/attempt/state";
import { candidateStates } from "@omoios/domain/landing/candidate-state";
import { discoveryStates } from "@omoios/domain/discovery/state";
import { auditFindingKinds } from "@omoios/domain/landing/audit-resolution";
import { conflictStates } from "@omoios/domain/landing/conflict-state";
import { evidenceSubjects } from "@omoios/domain/proof/evidence";
import { amendmentCauses } from "@omoios/domain/spec/amendment";
import { pausers, phaseOutputStatuses, phases, specStatuses } from "@omoios/domain/spec/state";
import { messageSenders } from "@omoios/domain/task/message";
import { blockedReasons, taskStatuses } from "@omoios/domain/task/state";
import { z } from "zod";

/**
 * Domain facts: few, replayable, stored in the transaction of the change they tell. Agent output is not events (see
 * `attempt-log.ts`). Payloads carry what a reader needs to print a line without asking again.
 */
export const eventPayloads = {
  "project.added": z.object({ name: z.string(), source: z.string() }),
  "project.removed": z.object({ name: z.string(), source: z.string() }),
  "spec.requested": z.object({
    label: z.string(),
    title: z.string(),
    size: z.string(),
    baseBranch: z.string(),
    baseCommit: z.string(),
  }),
  "spec.moved": z.object({
    label: z.string(),
    from: z.enum(specStatuses),
    to: z.enum(specStatuses),
    reason: z.string().nullable(),
  }),
  "spec.attention_raised": z.object({ label: z.string(), reason: z.string() }),
  "spec.attention_cleared": z.object({ label: z.string() }),
  "spec.paused": z.object({ label: z.string(), cause: z.enum(pausers), reason: z.string() }),
  "spec.resumed": z.object({ label: z.string(), reason: z.string() }),
  "phase.ended": z.object({
    label: z.string(),
    phase: z.enum(phases),
    version: z.int(),
    status: z.enum(phaseOutputStatuses),
    summary: z.string(),
  }),
  "gate.refused": z.object({
    label: z.string(),
    phase: z.enum(phases),
    try: z.int(),
    findings: z.array(z.object({ rule: z.string(), at: z.string(), message: z.string() })),
  }),
  "questions.asked": z.object({
    label: z.string(),
    questions: z.array(z.object({ number: z.int(), text: z.string(), proposal: z.string() })),
  }),
  "question.answered": z.object({
    label: z.string(),
    number: z.int(),
    text: z.string(),
    answer: z.string(),
    by: z.enum(["policy", "person"]),
  }),
  "phase.approved": z.object({
    label: z.string(),
    phase: z.enum(phases),
    output: z.string(),
    by: z.enum(["policy", "person"]),
  }),
  "plan.rejected": z.object({ label: z.string(), phase: z.enum(phases), output: z.string(), reason: z.string() }),
  "plan.edited": z.object({
    label: z.string(),
    subject: z.string(),
    output: z.string(),
    stale: z.array(z.enum(phases)),
  }),
  "plan.amended": z.object({
    label: z.string(),
    cause: z.enum(amendmentCauses),
    /** The task or the criteria it is about. */
    subject: z.string(),
    tasks: z.array(z.object({ label: z.string(), title: z.string() })),
    digest: z.string(),
    by: z.enum(["policy", "person"]),
  }),
  "criterion.accepted": z.object({
    label: z.string(),
    criterion: z.string(),
    text: z.string(),
    reason: z.string(),
  }),
  "plan.approved": z.object({ label: z.string(), digest: z.string(), by: z.string() }),
  "plan.published": z.object({
    label: z.string(),
    tickets: z.array(z.string()),
    tasks: z.array(z.object({ label: z.string(), title: z.string() })),
    criteria: z.array(z.object({ label: z.string(), text: z.string() })),
  }),
  "task.moved": z.object({
    label: z.string(),
    title: z.string(),
    from: z.enum(taskStatuses),
    to: z.enum(taskStatuses),
    reason: z.string().nullable(),
    blockedReason: z.enum(blockedReasons).nullable(),
  }),
  "attempt.moved": z.object({
    task: z.string(),
    number: z.int(),
    from: z.enum(attemptStates).nullable(),
    to: z.enum(attemptStates),
    strategy: z.enum(attemptStrategies).default("first"),
    model: z.string().nullable().default(null),
    epoch: z.int(),
    reason: z.string().nullable(),
  }),
  "validation.moved": z.object({
    task: z.string(),
    number: z.int().describe("The attempt it judges"),
    validation: z.int().describe("Which one of that attempt it is"),
    from: z.enum(attemptStates).nullable(),
    to: z.enum(attemptStates),
    model: z.string(),
    epoch: z.int(),
    reason: z.string().nullable(),
  }),
  "sandbox.opened": z.object({
    task: z.string(),
    number: z.int(),
    provider: z.string(),
    isolation: z.string(),
    adopted: z.boolean(),
  }),
  "agent.observed": z.object({ task: z.string(), number: z.int(), from: z.enum(agentStates), to: z.enum(agentStates) }),
  "progress.claimed": z.object({
    task: z.string(),
    number: z.int(),
    message: z.string(),
    percent: z.int().nullable(),
  }),
  "message.sent": z.object({
    task: z.string(),
    from: z.enum(messageSenders),
    text: z.string(),
    proposal: z.string().nullable().describe("Of an agent's question: what it would do without an answer"),
  }),
  "discovery.reported": z.object({
    label: z.string(),
    task: z.string(),
    title: z.string(),
    reason: z.string().nullable().describe("Why it waits for a person; null when it is within the limits"),
  }),
  "discovery.moved": z.object({
    label: z.string(),
    title: z.string(),
    from: z.enum(discoveryStates),
    to: z.enum(discoveryStates),
    by: z.enum(["policy", "person"]),
    task: z.string().nullable().describe("The task it became"),
    reason: z.string().nullable(),
  }),
  "discovery.dropped": z.object({ task: z.string(), number: z.int(), limit: z.int() }),
  "intervention.made": z.object({
    task: z.string(),
    number: z.int(),
    kind: z.enum(["nudge", "restart"]),
    reason: z.string(),
  }),
  "diff.judged": z.object({
    task: z.string(),
    number: z.int(),
    files: z.int(),
    findings: z.array(
      z.object({
        severity: z.enum(["refuse", "hold", "note"]),
        rule: z.string(),
        path: z.string().nullable(),
        message: z.string(),
      }),
    ),
  }),
  "evidence.recorded": z.object({
    task: z.string(),
    number: z.int(),
    evidenceId: z.string(),
    criterion: z.string(),
    subject: z.enum(evidenceSubjects),
    /** The criterion is about what is there before the work and has to stay. */
    guard: z.boolean().default(false),
    passed: z.boolean(),
    command: z.string(),
    durationMs: z.number(),
  }),
  "command.run": z.object({
    task: z.string(),
    number: z.int(),
    name: z.string().describe("What the validator that asked for it calls it"),
    command: z.string(),
    why: z.string(),
    exitCode: z.int().nullable(),
    timedOut: z.boolean(),
    durationMs: z.number(),
  }),
  "verdict.recorded": z.object({
    task: z.string(),
    number: z.int(),
    criterion: z.string(),
    met: z.boolean(),
    confidence: z.number(),
    voidReason: z.string().nullable(),
  }),
  "candidate.moved": z.object({
    task: z.string(),
    number: z.int(),
    commit: z.string(),
    from: z.enum(candidateStates).nullable(),
    to: z.enum(candidateStates),
    reason: z.string().nullable(),
  }),
  "conflict.found": z.object({ task: z.string(), number: z.int(), paths: z.array(z.string()), score: z.int() }),
  "conflict.moved": z.object({
    task: z.string(),
    from: z.enum(conflictStates),
    to: z.enum(conflictStates),
    reason: z.string().nullable(),
  }),
  "resolution.audited": z.object({
    task: z.string(),
    number: z.int(),
    findings: z.array(z.object({ kind: z.enum(auditFindingKinds), path: z.string(), text: z.string() })),
    /** A person saw what is lost and wants it so. */
    accepted: z.boolean(),
  }),
  /** The user's base branch has moved on; a task brings it in. */
  "base.moved": z.object({ label: z.string(), branch: z.string(), commit: z.string(), task: z.string() }),
  "pull_request.opened": z.object({ label: z.string(), branch: z.string(), base: z.string(), title: z.string() }),
  "pull_request.merged": z.object({ label: z.string(), branch: z.string(), base: z.string(), commit: z.string() }),
} as const;
