import type { Task } from "@omoios/domain/task/task";
import type { JobQueue } from "../ports/queue.ts";
import { admit } from "../use-cases/admit.ts";
import { advanceSpec, type AdvanceParts } from "../use-cases/advance-spec.ts";
import { sendWake, wakeAttempt } from "../use-cases/park-attempt.ts";
import { record } from "../use-cases/record.ts";
import { runAttempt, type RunAttemptParts } from "../use-cases/run-attempt.ts";
import { requeueTask, type SettleParts } from "../use-cases/settle-task.ts";
import type { Settlement } from "../use-cases/settlement.ts";

/** Specs whose planning may run at once. */
const planningConcurrency = 4;

export type HandlerParts = AdvanceParts &
  RunAttemptParts & { readonly queue: JobQueue; readonly slots: { readonly global: number } };

/** Registers what this process does for each queue. */
export async function registerHandlers(parts: HandlerParts): Promise<void> {
  await parts.queue.work("spec", planningConcurrency, (job, signal) => advance(parts, job.subjectId, signal));
  await parts.queue.work("attempt", parts.slots.global, (job, signal) => runAttempt(parts, job, signal));
  await parts.queue.work("wake", 1, (job) => wakeTask(parts, job.subjectId));
}

/** Drives a spec until it waits or is over; a person who cancels or pauses it stops a model in the middle of its answer. */
async function advance(parts: HandlerParts, specId: string, signal: AbortSignal): Promise<void> {
  using registered = parts.registry.enter(specId, signal);
  try {
    await advanceSpec(parts, specId, registered.signal);
  } catch (error) {
    const byPerson = registered.why === "cancelled" || (registered.why === "parked" && !signal.aborted);
    if (!byPerson) throw error;
  }
}

/** A time has come for which a task waited: its retry is due, or its parked attempt may go on. */
async function wakeTask(parts: SettleParts, taskId: string): Promise<void> {
  const { projectId } = await parts.tasks.get(taskId);
  await record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const task: Task = await parts.tasks.get(taskId, tx);
    if (task.status === "retrying") await requeueTask(parts, { tx, emit }, { task, reason: "next attempt" });
    else await wakeParkedOf(parts, { tx, emit }, taskId);
    await admit(parts, tx, emit);
  });
}

/** A restarted server hands out delayed jobs early; an attempt whose time has not come then waits on. */
async function wakeParkedOf(parts: SettleParts, settlement: Settlement, taskId: string): Promise<void> {
  const attempts = await parts.attempts.ofTask(taskId, settlement.tx);
  const parked = attempts.find(({ state, parkedUntil }) => state === "parked" && parkedUntil !== null);
  if (parked === undefined || parked.parkedUntil === null) return;
  if (parked.parkedUntil <= parts.clock.now()) await wakeAttempt(parts, settlement, parked);
  else await sendWake(parts, settlement, { taskId, startAt: parked.parkedUntil });
}
