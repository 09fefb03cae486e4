import { taskLabel } from "@omoios/domain/task/task-label";
import { FaultError } from "@omoios/domain/shared/fault";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { Repositories } from "../ports/repository.ts";
import type { TaskStore } from "../ports/task-store.ts";

export interface TaskDiffParts {
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly repositories: Repositories;
  readonly hubPath: (projectId: string) => string;
}

/** The unified diff of the newest attempt whose work was collected, cut at `maxBytes`. */
export async function taskDiff(
  parts: TaskDiffParts,
  which: { readonly taskId: string; readonly maxBytes: number },
): Promise<string> {
  const task = await parts.tasks.get(which.taskId);
  const attempts = await parts.attempts.ofTask(task.id);
  const collected = attempts.filter((attempt) => attempt.tip !== null);
  const newest = collected.reduce<(typeof collected)[number] | null>(
    (last, one) => (last === null || one.number > last.number ? one : last),
    null,
  );
  if (newest?.tip == null || newest.baseCommit === null) {
    throw new FaultError({
      kind: "not-found",
      what: "diff of",
      id: taskLabel(task),
      fix: `Nothing was collected from it yet; see omoios task show ${taskLabel(task)}`,
    });
  }
  const hub = await parts.repositories.openHub(parts.hubPath(task.projectId));
  return hub.diff(newest.baseCommit, newest.tip, { maxBytes: which.maxBytes });
}
