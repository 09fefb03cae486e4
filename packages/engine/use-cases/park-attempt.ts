import type { Attempt } from "@omoios/domain/attempt/attempt";
import { admit } from "./admit.ts";
import { record } from "./record.ts";
import { moveAttempt, requeueTask, type SettleParts, type Settlement } from "./settle-task.ts";

/** Why an attempt has to wait, and what ends the waiting. */
export interface Park {
  readonly reason: string;
  /** stopped: the next server. resumed: whoever holds the spec lets go. A time: that time. */
  readonly until: "stopped" | "resumed" | Date;
}

/**
 * Parks an attempt: its slots are free, its sandbox's HOME and tree stay, and whoever wakes it goes on where it stood.
 * Nothing happens when the attempt is over or somebody else's.
 */
export async function parkAttempt(parts: SettleParts, claimed: Attempt, park: Park): Promise<void> {
  await record(parts, claimed.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.get(claimed.id, tx);
    if (attempt.epoch !== claimed.epoch || attempt.endedAt !== null || attempt.state === "parked") return;
    const task = await parts.tasks.get(claimed.taskId, tx);
    const parkedUntil = park.until instanceof Date ? park.until : null;
    const patch = { reason: park.reason, parkedUntil };
    await moveAttempt(parts, { tx, emit }, { attempt, task, move: "park", patch });
    await parts.admission.release(tx, attempt.id);
    if (parkedUntil !== null) await sendWake(parts, { tx, emit }, { taskId: task.id, startAt: parkedUntil });
    if (park.until !== "stopped") await admit(parts, tx, emit);
  });
}

/** Wakes attempts that no time was set for: their tasks are ready again. Returns how many. */
export async function wakeParked(parts: SettleParts): Promise<number> {
  const parked = (await parts.attempts.inStates(["parked"])).filter((attempt) => attempt.parkedUntil === null);
  for (const { id, projectId } of parked) {
    await record(parts, projectId, async (tx, emit) => {
      await parts.admission.lock(tx);
      await wakeAttempt(parts, { tx, emit }, await parts.attempts.get(id, tx));
      await admit(parts, tx, emit);
    });
  }
  return parked.length;
}

/** Makes the task of a parked attempt ready, so that admission wakes the attempt; the caller holds the admission lock. */
export async function wakeAttempt(parts: SettleParts, settlement: Settlement, attempt: Attempt): Promise<void> {
  const task = await parts.tasks.get(attempt.taskId, settlement.tx);
  if (attempt.state !== "parked" || task.status === "ready") return;
  await requeueTask(parts, settlement, { task, reason: "its attempt goes on" });
}

/** Asks the queue to look at a task again at a time. */
export async function sendWake(
  parts: SettleParts,
  { tx }: Settlement,
  wake: { readonly taskId: string; readonly startAt: Date },
): Promise<void> {
  const { taskId: subjectId, startAt } = wake;
  await parts.queue.send(tx, "wake", { id: parts.identities.uuid(), subjectId, startAt });
}
