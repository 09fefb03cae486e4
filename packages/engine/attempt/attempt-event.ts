import { taskLabel } from "@omoios/domain/task/task-label";
import type { AttemptRun } from "./attempt-run.ts";

/** What every event about an attempt says it is about. */
export function about(run: AttemptRun) {
  return { specId: run.spec.id, taskId: run.task.id, attemptId: run.attempt.id };
}

/** What people call the attempt, for an event's payload. */
export function named(run: AttemptRun) {
  return { task: taskLabel(run.task), number: run.attempt.number };
}
