import type { Task } from "@omoios/domain/task/task";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { Hub } from "../ports/repository.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** The tasks whose work is in `to` and not in `from`, two commits of a spec's branch. */
export async function landedTasks(
  parts: { readonly tasks: TaskStore; readonly attempts: AttemptStore; readonly proofs: ProofStore },
  range: { readonly hub: Hub; readonly specId: string; readonly from: string; readonly to: string },
): Promise<readonly Task[]> {
  const [tasks, attempts, candidates] = await Promise.all([
    parts.tasks.ofSpec(range.specId),
    parts.attempts.ofSpec(range.specId),
    parts.proofs.candidatesOfSpec(range.specId),
  ]);
  const landed = new Set<string>();
  for (const candidate of candidates) {
    // One that is only proven may have landed already: whoever moved the branch died before saying so.
    if (candidate.state !== "landed" && candidate.state !== "proven") continue;
    if (!(await range.hub.isAncestor(candidate.commit, range.to))) continue;
    if (await range.hub.isAncestor(candidate.commit, range.from)) continue;
    for (const attempt of attempts) if (attempt.id === candidate.attemptId) landed.add(attempt.taskId);
  }
  return tasks.filter((task) => landed.has(task.id));
}
