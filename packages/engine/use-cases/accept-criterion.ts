import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Criterion } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { Transaction } from "../ports/database.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { clearAttention } from "./clear-attention.ts";
import { record } from "./record.ts";
import { isUnderWay, provingTasks } from "./proving-tasks.ts";
import type { SettleParts } from "./settle-task.ts";

export type AcceptCriterionParts = SettleParts & { readonly plans: PlanStore };

/**
 * A person says yes to a criterion. Of one that no check can prove, that is the proof; of one whose task was given up, it
 * says that the spec may be finished without it. Either way the reason is kept and shown in the pull request.
 */
export async function acceptCriterion(
  parts: AcceptCriterionParts,
  yes: { readonly specId: string; readonly criterion: string; readonly reason: string },
): Promise<Spec> {
  const { projectId } = await parts.specs.get(yes.specId);
  return record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const spec = await parts.specs.get(yes.specId, tx);
    const name = label("SPC", spec.number);
    if (spec.status !== "executing" && spec.status !== "verifying")
      throw new FaultError({ kind: "illegal-move", what: name, state: spec.status, move: "have a criterion accepted" });
    const criterion = await criterionOf(parts, tx, { spec, name: yes.criterion });
    const reason = yes.reason.trim();
    await parts.plans.accept(tx, { criterionId: criterion.id, reason });
    emit({
      type: "criterion.accepted",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: name, criterion: criterion.label, text: criterion.text, reason },
    });
    const cleared = await clearAttention(parts, { tx, emit }, spec);
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: spec.id });
    return cleared;
  });
}

async function criterionOf(
  parts: AcceptCriterionParts,
  tx: Transaction,
  { spec, name }: { readonly spec: Spec; readonly name: string },
): Promise<Criterion> {
  const criteria = await parts.plans.criteria(spec.id, tx);
  const criterion = criteria.find((one) => one.label === name);
  if (criterion === undefined) {
    const fix = `It has ${criteria.map((one) => one.label).join(", ")}`;
    throw new FaultError({ kind: "not-found", what: `In ${label("SPC", spec.number)}, criterion`, id: name, fix });
  }
  const checks = (await parts.plans.checks(spec.id, tx)).filter((check) => check.criterionId === criterion.id);
  if (checks.length === 0) return criterion;
  const task = (await provingTasks(parts, { specId: spec.id, criterionIds: [criterion.id] }, tx)).find(isUnderWay);
  if (task !== undefined) throw stillToProve(name, task);
  return criterion;
}

function stillToProve(name: string, task: Task): FaultError {
  return new FaultError({
    kind: "invalid",
    message: `${name} can still be proven`,
    problems: [
      {
        at: name,
        message: `${taskLabel(task)} is to prove it and is ${task.status}`,
        fix: `Let it go on, or give it up first: omoios task cancel ${taskLabel(task)}`,
      },
    ],
  });
}
