import type { Task } from "@omoios/domain/task/task";
import type { Transaction } from "../ports/database.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** Every task that needs `task`, directly or through others. */
export async function dependents(
  parts: { readonly tasks: TaskStore },
  tx: Transaction,
  task: Task,
): Promise<readonly Task[]> {
  const edges = await parts.tasks.edges(task.specId, tx);
  const reached = new Set<string>([task.id]);
  for (let grown = true; grown;) {
    const more = edges.filter((edge) => reached.has(edge.needsId) && !reached.has(edge.taskId));
    for (const edge of more) reached.add(edge.taskId);
    grown = more.length > 0;
  }
  return (await parts.tasks.ofSpec(task.specId, tx)).filter((other) => other.id !== task.id && reached.has(other.id));
}
