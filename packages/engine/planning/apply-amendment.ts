import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import { label } from "@omoios/domain/shared/label";
import type { Amendment } from "@omoios/domain/spec/amendment";
import type { Check, Criterion, Requirement } from "@omoios/domain/spec/plan";
import type { Plan } from "@omoios/domain/spec/plan-shape";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { AmendmentStore } from "../ports/amendment-store.ts";
import type { Digest } from "../ports/digest.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import { admit } from "../use-cases/admit.ts";
import { specMoved, taskMoved } from "../use-cases/happened.ts";
import { moveConflictOf } from "../use-cases/move-conflict.ts";
import { record } from "../use-cases/record.ts";
import { moveTask, releaseDependents, requeueTask, settleSpec, type SettleParts } from "../use-cases/settle-task.ts";
import type { Settlement } from "../use-cases/settlement.ts";
import { publishedPlan, type PublishParts } from "./publish-plan.ts";

/** What a change is about, as it is stored. */
export interface AmendedPart {
  readonly amendment: Amendment;
  readonly task: Task | null;
  /** Tasks that prove a reworded criterion and have not landed: they get the new words and checks. */
  readonly underWay: readonly Task[];
  /** A task whose work has landed with the old words, or null. */
  readonly landed: Task | null;
  readonly requirements: readonly Requirement[];
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
}

export interface ApplyAmendmentParts extends SettleParts, PublishParts {
  readonly clock: SettleParts["clock"];
  readonly plans: PlanStore;
  readonly projects: ProjectStore;
  readonly amendments: AmendmentStore;
  readonly digest: Digest;
}

/**
 * Publishes a change that passed its gate, in one transaction: new checks replace old ones, new tasks take the place of
 * the one that is replaced for all that waits for it, and what waited for the planner goes on. It is approved by whoever
 * asked for it, bound to its digest; the criteria a person approved stay as they are.
 */
export async function applyAmendment(
  parts: ApplyAmendmentParts,
  spec: Spec,
  { part, plan }: { readonly part: AmendedPart; readonly plan: Plan },
): Promise<void> {
  const { amendment } = part;
  const digest = parts.digest(canonicalJson(plan));
  const isNew = part.underWay.length === 0;
  await record(parts, spec.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const settlement = { tx, emit };
    const seen = await parts.specs.get(spec.id, tx);
    const numbers: number[] = [];
    while (isNew && numbers.length < plan.tasks.length)
      numbers.push(await parts.projects.nextNumber(tx, spec.projectId, "task"));
    const published = publishedPlan(parts, {
      spec,
      plan: isNew ? plan : { ...plan, tasks: [] },
      numbers: { tickets: [0], tasks: numbers },
      known: knownIds(part, plan),
    });
    const at = parts.clock.now();
    await parts.plans.retireChecks(tx, { criterionIds: amendment.criterionIds, at });
    const { checks, tasks, edges, proves } = published;
    await parts.plans.publish(tx, { requirements: [], criteria: [], tickets: [], checks, tasks, edges, proves });
    await parts.amendments.apply(tx, amendment, { createdTaskIds: tasks.map(({ id }) => id), at });
    await approve(parts, settlement, { spec, part, digest, tasks });
    if (part.task !== null) await replaceTask(parts, settlement, { task: part.task.id, tasks });
    for (const { id } of part.underWay) await goOn(parts, settlement, id);
    for (const task of tasks) {
      if (task.unmet === 0)
        emit(taskMoved(task, await parts.tasks.move(tx, task, { move: "ready", patch: { readyAt: at } })));
    }
    if (seen.status === "verifying") {
      emit(specMoved(seen, await parts.specs.move(tx, seen, { move: "reopen" }), "its plan was changed"));
    }
    await settleSpec(parts, settlement, spec.id);
    await admit(parts, tx, emit);
  });
}

function knownIds(part: AmendedPart, plan: Plan): ReadonlyMap<string, string> {
  const from = part.task ?? part.landed;
  const ticketId = from?.ticketId ?? null;
  return new Map([
    ...part.criteria.map((criterion) => [criterion.label, criterion.id] as const),
    ...(ticketId === null ? [] : plan.tickets.map((ticket) => [ticket.id, ticketId] as const)),
  ]);
}

async function approve(
  parts: ApplyAmendmentParts,
  { tx, emit }: Settlement,
  of: { readonly spec: Spec; readonly part: AmendedPart; readonly digest: string; readonly tasks: readonly Task[] },
): Promise<void> {
  const { amendment, task, criteria } = of.part;
  const subject = task === null ? criteria.map((one) => one.label).join(", ") : taskLabel(task);
  await parts.plans.addApproval(tx, {
    id: parts.identities.uuid(),
    specId: of.spec.id,
    subject: "plan",
    digest: of.digest,
    decision: "approved",
    decidedBy: amendment.decidedBy,
    reason: task === null ? `new checks for ${subject}` : `${subject} planned anew`,
    sentBack: null,
    decidedAt: parts.clock.now(),
  });
  emit({
    type: "plan.amended",
    specId: of.spec.id,
    taskId: task?.id ?? null,
    attemptId: null,
    payload: {
      label: label("SPC", of.spec.number),
      cause: amendment.cause,
      subject,
      tasks: of.tasks.map((one) => ({ label: taskLabel(one), title: one.title })),
      digest: of.digest,
      by: amendment.decidedBy,
    },
  });
}

/** The old task is over; what waited for it waits for all of the new ones. */
async function replaceTask(
  parts: ApplyAmendmentParts,
  settlement: Settlement,
  change: { readonly task: string; readonly tasks: readonly Task[] },
): Promise<void> {
  const { tx } = settlement;
  const old = await parts.tasks.get(change.task, tx);
  const names = change.tasks.map(taskLabel).join(", ");
  if (old.status !== "cancelled") {
    const patch = { endedAt: parts.clock.now(), blockedReason: null, question: null };
    const reason = `replaced by ${names}`;
    await moveConflictOf(parts, settlement, { task: old, move: "drop", reason });
    await moveTask(parts, settlement, { task: old, move: "cancel", patch, reason });
  }
  await parts.tasks.rewire(tx, { from: old.id, to: change.tasks.map(({ id }) => id) });
  for (const task of change.tasks)
    await releaseDependents(parts, settlement, { task, reason: `it now needs ${names}` });
}

/** A task that waited for the planner starts anew, or waits for what it needs. */
async function goOn(parts: ApplyAmendmentParts, settlement: Settlement, id: string): Promise<void> {
  const task = await parts.tasks.get(id, settlement.tx);
  if (task.status !== "blocked" || task.blockedReason !== "replan") return;
  const reason = "it has its new words and checks";
  if (task.unmet === 0) await requeueTask(parts, settlement, { task, reason });
  else
    await moveTask(parts, settlement, { task, move: "wait", patch: { blockedReason: null, question: null }, reason });
}
