import { FaultError } from "@omoios/domain/shared/fault";
import { waitsForMore, type Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import { openAmendment, type OpenAmendmentParts } from "../planning/open-amendment.ts";
import type { Transaction } from "../ports/database.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { clearAttention } from "./clear-attention.ts";
import { standingText } from "./decide-tasks.ts";
import { specMoved } from "./happened.ts";
import { record } from "./record.ts";
import { awaitPlanner, type SettleParts } from "./settle-task.ts";

export type ReplanTaskParts = SettleParts & OpenAmendmentParts & { readonly plans: PlanStore };

/**
 * A person has a task planned anew that failed, is blocked or was cancelled. Asking is the approval: the new tasks have
 * to meet the very criteria that were approved, or the gate refuses them.
 */
export async function replanTask(parts: ReplanTaskParts, { taskId }: { readonly taskId: string }): Promise<Task> {
  const { projectId, specId } = await parts.tasks.get(taskId);
  return record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const task = await parts.tasks.get(taskId, tx);
    const spec = await parts.specs.get(specId, tx);
    refuseReplan(task, spec.status, await wasDone(parts, tx, task));
    const criteria = await parts.plans.criteriaOfTask(task.id, tx);
    await openAmendment(parts, tx, {
      specId,
      cause: "asked",
      taskId: task.id,
      criterionIds: criteria.map(({ id }) => id),
      decidedBy: "person",
    });
    if (task.status === "blocked")
      await awaitPlanner(parts, { tx, emit }, { task, reason: "a person has it planned anew" });
    const seen = await clearAttention(parts, { tx, emit }, spec);
    if (seen.status === "verifying") {
      const reopened = await parts.specs.move(tx, seen, { move: "reopen" });
      emit(specMoved(seen, reopened, `${taskLabel(task)} is planned anew`));
    }
    return parts.tasks.get(task.id, tx);
  });
}

async function wasDone(parts: ReplanTaskParts, tx: Transaction, task: Task): Promise<boolean> {
  return (await parts.amendments.ofSpec(task.specId, tx)).some((amendment) => amendment.taskId === task.id);
}

function refuseReplan(task: Task, specStatus: string, isAgain: boolean): void {
  const fault = (state: string): FaultError =>
    new FaultError({ kind: "illegal-move", what: taskLabel(task), state, move: "be planned anew" });
  if (task.mergeCommit !== null) throw fault("git's merge of the base branch, which nobody planned");
  if (isAgain) throw fault("planned anew once already");
  if (specStatus !== "executing" && specStatus !== "verifying") throw fault(`part of a spec that is ${specStatus}`);
  if (waitsForMore(task)) throw fault(standingText(task));
  if (!["blocked", "failed", "cancelled"].includes(task.status)) throw fault(task.status);
}
