import type { Attempt } from "@omoios/domain/attempt/attempt";
import { admit } from "./admit.ts";
import { record } from "./record.ts";
import { moveAttempt, requeueTask, type SettleParts } from "./settle-task.ts";

/**
 * Parks an attempt: its slots are free, its sandbox's HOME and tree stay, and whoever wakes it goes on where it stood.
 * Nothing happens when the attempt is over or somebody else's.
 */
export async function parkAttempt(parts: SettleParts, claimed: Attempt, reason: string): Promise<void> {
  await record(parts, claimed.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.get(claimed.id, tx);
    if (attempt.epoch !== claimed.epoch || attempt.endedAt !== null || attempt.state === "parked") return;
    const task = await parts.tasks.get(claimed.taskId, tx);
    await moveAttempt(parts, { tx, emit }, { attempt, task, move: "park", patch: { reason } });
    await parts.admission.release(tx, attempt.id);
  });
}

/** Wakes attempts that were parked because a server stopped: their tasks are ready again. Returns how many. */
export async function wakeParked(parts: SettleParts): Promise<number> {
  const parked = (await parts.attempts.inStates(["parked"])).filter((attempt) => attempt.parkedUntil === null);
  for (const { id, projectId, taskId } of parked) {
    await record(parts, projectId, async (tx, emit) => {
      await parts.admission.lock(tx);
      const attempt = await parts.attempts.get(id, tx);
      const task = await parts.tasks.get(taskId, tx);
      if (attempt.state !== "parked" || task.status === "ready") return;
      await requeueTask(parts, { tx, emit }, { task, reason: "its attempt goes on" });
      await admit(parts, tx, emit);
    });
  }
  return parked.length;
}
