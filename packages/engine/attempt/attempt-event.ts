import { label } from "@omoios/domain/shared/label";
import type { AttemptRun } from "./attempt-run.ts";

/** What every event about an attempt says it is about. */
export function about(run: AttemptRun) {
  return { specId: run.spec.id, taskId: run.task.id, attemptId: run.attempt.id };
}

/** What people call the attempt, for an event's payload. */
export function named(run: AttemptRun) {
  return { task: label("TSK", run.task.number), number: run.attempt.number };
}
