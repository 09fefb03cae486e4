import { directPlanSchema, type DirectPlan } from "@omoios/contract/direct-plan";
import { taskBranch, ticketBranch } from "@omoios/domain/landing/branch-name";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Check } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import type { Transaction } from "../ports/database.ts";
import type { Digest } from "../ports/digest.ts";
import type { PlanStore, PublishedPlan } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import type { Repositories } from "../ports/repository.ts";
import { admit } from "./admit.ts";
import { specMoved, taskMoved } from "./happened.ts";
import { record, type Emit } from "./record.ts";
import { planDigest } from "./seal-plan.ts";
import type { SettleParts } from "./settle-task.ts";

export interface ApproveParts extends SettleParts {
  readonly projects: ProjectStore;
  readonly plans: PlanStore;
  readonly repositories: Repositories;
  readonly digest: Digest;
  readonly hubPath: (projectId: string) => string;
  readonly proof: { readonly checkTimeoutMs: number };
}

/**
 * Approves exactly the plan whose digest was seen, publishes it as tickets, tasks, criteria and checks, and starts what
 * is ready. Any other digest is refused: the plan changed since.
 */
export async function approvePlan(
  parts: ApproveParts,
  approval: { readonly specId: string; readonly digest: string; readonly by: "policy" | "person" },
): Promise<Spec> {
  const spec = await parts.specs.get(approval.specId);
  const plan = await sealedPlan(parts, spec);
  const current = planDigest(parts.digest, spec, plan);
  if (current !== approval.digest) {
    throw new FaultError({
      kind: "invalid",
      message: "This is not the plan that stands now",
      problems: [
        {
          at: "digest",
          message: `is ${approval.digest}, the plan's is ${current}`,
          fix: `Look again: omoios spec show ${label("SPC", spec.number)}`,
        },
      ],
    });
  }
  await createSpecBranch(parts, spec);
  return record(parts, spec.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const seen = await parts.specs.get(spec.id, tx);
    const approved = await parts.specs.move(tx, seen, { move: "approve", patch: { phase: "COMPLETE" } });
    await parts.plans.addApproval(tx, {
      id: parts.identities.uuid(),
      specId: spec.id,
      subject: "plan",
      digest: approval.digest,
      decision: "approved",
      decidedBy: approval.by,
      reason: null,
      decidedAt: parts.clock.now(),
    });
    emit({
      type: "plan.approved",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: label("SPC", spec.number), digest: approval.digest, by: approval.by },
    });
    emit(specMoved(seen, approved));
    await publish(parts, { tx, emit }, { spec: approved, plan });
    await admit(parts, tx, emit);
    return approved;
  });
}

/** The plan the COMPLETE phase sealed. */
export async function sealedPlan(parts: Pick<ApproveParts, "plans">, spec: Spec): Promise<DirectPlan> {
  const outputs = await parts.plans.phaseOutputs(spec.id);
  const tasks = outputs.findLast((output) => output.phase === "TASKS" && output.status === "finished");
  if (tasks === undefined) {
    throw new FaultError({
      kind: "illegal-move",
      what: label("SPC", spec.number),
      state: spec.status,
      move: "be approved: it has no plan yet",
    });
  }
  return directPlanSchema.parse(tasks.output);
}

/** Cuts the spec branch at the base commit. Nothing happens when a process that died did it before. */
async function createSpecBranch(parts: ApproveParts, spec: Spec): Promise<void> {
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  const ref = `refs/heads/${spec.branch}`;
  if ((await hub.resolve(ref)) === null) await hub.moveRefs([{ ref, to: spec.baseCommit, seen: null }]);
}

async function publish(
  parts: ApproveParts,
  { tx, emit }: { readonly tx: Transaction; readonly emit: Emit },
  { spec, plan }: { readonly spec: Spec; readonly plan: DirectPlan },
): Promise<void> {
  const numbers = {
    ticket: await parts.projects.nextNumber(tx, spec.projectId, "ticket"),
    task: await parts.projects.nextNumber(tx, spec.projectId, "task"),
  };
  const published = directPublication(parts, { spec, plan, numbers });
  await parts.plans.publish(tx, published);
  emit({
    type: "plan.published",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: {
      label: label("SPC", spec.number),
      tickets: published.tickets.map((ticket) => label("TKT", ticket.number)),
      tasks: published.tasks.map((task) => ({ label: label("TSK", task.number), title: task.title })),
      criteria: published.criteria.map((criterion) => ({ label: criterion.label, text: criterion.text })),
    },
  });
  const at = parts.clock.now();
  for (const task of published.tasks) {
    if (task.unmet > 0) continue;
    emit(taskMoved(task, await parts.tasks.move(tx, task, { move: "ready", patch: { readyAt: at } })));
  }
}

function directPublication(
  parts: ApproveParts,
  from: {
    readonly spec: Spec;
    readonly plan: DirectPlan;
    readonly numbers: { readonly ticket: number; readonly task: number };
  },
): PublishedPlan {
  const { spec, plan, numbers } = from;
  const uuid = () => parts.identities.uuid();
  const requirement = {
    id: uuid(),
    specId: spec.id,
    label: "REQ-1",
    text: plan.requirement.text,
    priority: "must" as const,
  };
  const criterion = {
    id: uuid(),
    requirementId: requirement.id,
    specId: spec.id,
    label: "REQ-1.1",
    text: plan.requirement.criterion,
  };
  const ticketId = uuid();
  const task = plannedTask(parts, { spec, plan, number: numbers.task, ticketId });
  return {
    requirements: [requirement],
    criteria: [criterion],
    checks: [plannedCheck(parts, { id: uuid(), specId: spec.id, criterionId: criterion.id, plan })],
    tickets: [
      {
        id: ticketId,
        projectId: spec.projectId,
        specId: spec.id,
        number: numbers.ticket,
        title: plan.title,
        branch: ticketBranch(numbers.ticket, plan.title),
      },
    ],
    tasks: [task],
    edges: [],
    proves: [{ taskId: task.id, criterionId: criterion.id }],
  };
}

function plannedCheck(
  parts: ApproveParts,
  from: { readonly id: string; readonly specId: string; readonly criterionId: string; readonly plan: DirectPlan },
): Check {
  const { command, directory, timeoutSeconds, files } = from.plan.check;
  return {
    id: from.id,
    criterionId: from.criterionId,
    specId: from.specId,
    origin: "planner",
    command,
    directory: directory === "" ? "." : directory,
    timeoutMs: Math.min(timeoutSeconds * 1000, parts.proof.checkTimeoutMs),
    expectedExitCode: 0,
    files,
  };
}

function plannedTask(
  parts: ApproveParts,
  from: { readonly spec: Spec; readonly plan: DirectPlan; readonly number: number; readonly ticketId: string },
): Task {
  const { title, description, priority, declaredFiles } = from.plan.task;
  return {
    id: parts.identities.uuid(),
    projectId: from.spec.projectId,
    specId: from.spec.id,
    ticketId: from.ticketId,
    number: from.number,
    title,
    description,
    mode: "implementation",
    status: "pending",
    version: 1,
    priority,
    declaredFiles,
    unmet: 0,
    downstream: 1,
    score: null,
    scoreFactors: null,
    blockedReason: null,
    question: null,
    branch: taskBranch(from.number, title),
    createdAt: parts.clock.now(),
    readyAt: null,
    retryAt: null,
    endedAt: null,
  };
}
