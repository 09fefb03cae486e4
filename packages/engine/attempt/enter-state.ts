import type { AttemptMove, AttemptState } from "@omoios/domain/attempt/state";
import type { TaskMove, TaskStatus } from "@omoios/domain/task/state";
import type { AttemptPatch } from "../ports/attempt-store.ts";
import { record } from "../use-cases/record.ts";
import { moveAttempt, moveTask } from "../use-cases/settle-task.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";

/** Moves the attempt, and its task where they go together, into the next stage; nothing when they are there already. */
export async function enterState(
  parts: AttemptParts,
  run: AttemptRun,
  stage: {
    readonly attempt: { readonly move: AttemptMove; readonly to: AttemptState };
    readonly task?: { readonly move: TaskMove; readonly to: TaskStatus };
    readonly patch?: AttemptPatch;
  },
): Promise<void> {
  await record(parts, run.project.id, async (tx, emit) => {
    const attempt = await parts.attempts.fence(tx, run.holder);
    const task = await parts.tasks.get(run.task.id, tx);
    if (attempt.state !== stage.attempt.to) {
      await moveAttempt(parts, { tx, emit }, { attempt, task, move: stage.attempt.move, patch: stage.patch ?? {} });
    }
    if (stage.task !== undefined && task.status !== stage.task.to) {
      await moveTask(parts, { tx, emit }, { task, move: stage.task.move });
    }
  });
}

/** The agent, or the person, is at work from now on; an attempt that is taken over began when it first was. */
export function enterWorking(parts: AttemptParts, run: AttemptRun): Promise<void> {
  const startedAt = run.attempt.startedAt ?? parts.clock.now();
  return enterState(parts, run, { attempt: { move: "work", to: "working" }, patch: { startedAt } });
}
