import type { Task } from "@omoios/domain/task/task";
import type { Transaction } from "../ports/database.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** The tasks of a spec that are to prove one of these criteria, whatever became of them, oldest first. */
export async function provingTasks(
  parts: { readonly plans: PlanStore; readonly tasks: TaskStore },
  of: { readonly specId: string; readonly criterionIds: readonly string[] },
  tx?: Transaction,
): Promise<readonly Task[]> {
  const proving: Task[] = [];
  for (const task of await parts.tasks.ofSpec(of.specId, tx)) {
    const proves = await parts.plans.criteriaOfTask(task.id, tx);
    if (proves.some(({ id }) => of.criterionIds.includes(id))) proving.push(task);
  }
  return proving;
}

/** Whether a task may still bring what it is to prove. */
export function isUnderWay({ status }: Task): boolean {
  return status !== "complete" && status !== "cancelled";
}
