import type { Attempt } from "@omoios/domain/attempt/attempt";
import { openQuestion, questionText } from "@omoios/domain/task/message";
import { oneLine } from "@omoios/domain/shared/plain-text";
import type { MessageStore } from "../ports/message-store.ts";
import { admit } from "./admit.ts";
import { moveValidationsOf } from "./move-validation.ts";
import { record } from "./record.ts";
import { blockTask, moveAttempt, requeueTask, settleSpec, type SettleParts } from "./settle-task.ts";
import type { Settlement } from "./settlement.ts";

/** Why an attempt has to wait, and what ends the waiting. */
export interface Park {
  readonly reason: string;
  /** stopped: the next server. resumed: whoever holds the spec lets go. answered: its agent has asked. A time: that time. */
  readonly until: "stopped" | "resumed" | "answered" | Date;
}

/**
 * Parks an attempt: its slots are free, its sandbox's HOME and tree stay, and whoever wakes it goes on where it stood.
 * Nothing happens when the attempt is over or somebody else's.
 */
export async function parkAttempt(
  parts: SettleParts & { readonly messages: MessageStore },
  claimed: Attempt,
  park: Park,
): Promise<void> {
  await record(parts, claimed.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.get(claimed.id, tx);
    if (attempt.epoch !== claimed.epoch || attempt.endedAt !== null || attempt.state === "parked") return;
    const task = await parts.tasks.get(claimed.taskId, tx);
    const parkedUntil = park.until instanceof Date ? park.until : null;
    const patch = { reason: park.reason, parkedUntil };
    await moveValidationsOf(parts, { tx, emit }, { judged: attempt, task, move: "park", patch });
    const parked = await moveAttempt(parts, { tx, emit }, { attempt, task, move: "park", patch });
    await parts.admission.release(tx, attempt.id);
    if (park.until === "answered") await awaitAnswer(parts, { tx, emit }, parked);
    if (parkedUntil !== null) await sendWake(parts, { tx, emit }, { taskId: task.id, startAt: parkedUntil });
    if (park.until !== "stopped") await admit(parts, tx, emit);
  });
}

/** Blocks the task of a parked attempt until its agent's question is answered; one that is answered by now goes on. */
async function awaitAnswer(
  parts: SettleParts & { readonly messages: MessageStore },
  settlement: Settlement,
  parked: Attempt,
): Promise<void> {
  const asked = openQuestion(await parts.messages.ofTask(parked.taskId, settlement.tx));
  if (asked === null) return wakeAttempt(parts, settlement, parked);
  const task = await parts.tasks.get(parked.taskId, settlement.tx);
  const question = oneLine(questionText(asked), 2000);
  await blockTask(parts, settlement, { task, blockedReason: "question", question });
  await settleSpec(parts, settlement, task.specId);
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

/**
 * Makes the task of a parked attempt ready, so that admission wakes the attempt; the caller holds the admission lock. One
 * that is blocked waits for an answer, which alone wakes it.
 */
export async function wakeAttempt(parts: SettleParts, settlement: Settlement, attempt: Attempt): Promise<void> {
  const task = await parts.tasks.get(attempt.taskId, settlement.tx);
  if (attempt.state !== "parked" || task.status === "ready" || task.status === "blocked") return;
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
