import type { ConflictView } from "@omoios/contract/http-conflict";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { conflictPaths, type Conflict } from "@omoios/domain/landing/conflict";
import { unsettledConflictStates } from "@omoios/domain/landing/conflict-state";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import type { ReadParts } from "./read-parts.ts";

type ConflictParts = Pick<ReadParts, "specs" | "tasks" | "attempts" | "conflicts">;

/** Conflicts, oldest first; those that are settled too when `all` is asked for. */
export async function listConflicts(
  parts: ConflictParts,
  query: { readonly projectId: string | null; readonly all: boolean },
): Promise<{ readonly items: ConflictView[] }> {
  const found = await parts.conflicts.list(query.all ? {} : { states: unsettledConflictStates });
  const items: ConflictView[] = [];
  for (const conflict of found) {
    if (query.projectId === null || conflict.projectId === query.projectId)
      items.push(await readConflict(parts, conflict));
  }
  return { items };
}

/** A conflict with the names of what it is about. */
export async function readConflict(parts: ConflictParts, conflict: Conflict): Promise<ConflictView> {
  const [task, spec, attempts] = await Promise.all([
    parts.tasks.get(conflict.taskId),
    parts.specs.get(conflict.specId),
    parts.attempts.ofTask(conflict.taskId),
  ]);
  return conflictView(conflict, { task, spec, attempts });
}

/** A conflict as people see it. */
export function conflictView(
  conflict: Conflict,
  of: { readonly task: Task; readonly spec: Spec; readonly attempts: readonly Attempt[] },
): ConflictView {
  return {
    id: conflict.id,
    task: label("TSK", of.task.number),
    taskId: conflict.taskId,
    title: of.task.title,
    spec: label("SPC", of.spec.number),
    state: conflict.state,
    attempt: of.attempts.find((attempt) => attempt.id === conflict.attemptId)?.number ?? 0,
    paths: [...conflictPaths(conflict)],
    items: conflict.items.map((item) => ({ ...item, paths: [...item.paths] })),
    score: conflict.score,
    specTip: conflict.specTip,
    taskTip: conflict.taskTip,
    reason: conflict.reason,
    foundAt: conflict.foundAt.toISOString(),
    movedAt: conflict.movedAt.toISOString(),
  };
}
