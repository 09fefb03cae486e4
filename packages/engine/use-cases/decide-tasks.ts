import { isLiveAttempt } from "@omoios/domain/attempt/state";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import { waitsForMore, type Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import { admit } from "./admit.ts";
import { clearAttention } from "./clear-attention.ts";
import { specMoved, specPaused } from "./happened.ts";
import { moveConflictOf } from "./move-conflict.ts";
import { heldStatuses, unpauseSpec } from "./pause-spec.ts";
import { record } from "./record.ts";
import { blockDependents, endAttempt, moveTask, requeueTask, settleSpec, type SettleParts } from "./settle-task.ts";
import type { Settlement } from "./settlement.ts";

/** Tells whoever runs an attempt in this process that it is over; the database is the truth, this only makes it prompt. */
export interface RunningAttempts {
  /** `id` is an attempt's, or a spec's that is being planned. */
  interrupt(id: string, why: "cancelled" | "parked"): void;
  /** Something was said at a task that its working agent has not heard. */
  tell(taskId: string): void;
}

export interface DecideParts extends SettleParts {
  readonly running: RunningAttempts;
}

/** A person sends a blocked or failed task into another round of attempts. */
export async function retryTask(parts: DecideParts, { taskId }: { readonly taskId: string }): Promise<Task> {
  const { projectId, specId } = await parts.tasks.get(taskId);
  return record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const task = await parts.tasks.get(taskId, tx);
    const spec = await parts.specs.get(specId, tx);
    if (spec.status !== "executing") {
      throw new FaultError({
        kind: "illegal-move",
        what: label("SPC", spec.number),
        state: spec.status,
        move: "have a task tried again",
      });
    }
    refuseRetry(task);
    const requeued = await requeueTask(parts, { tx, emit }, { task, reason: "a person asked for another attempt" });
    await clearAttention(parts, { tx, emit }, spec);
    await admit(parts, tx, emit);
    return parts.tasks.get(requeued.id, tx);
  });
}

/**
 * A task at work has an attempt already, one that waits for another would start without what it needs, and one whose agent
 * has asked goes on with the answer.
 */
function refuseRetry(task: Task): void {
  const isTriable = task.status === "blocked" || task.status === "failed" || task.status === "retrying";
  if (isTriable && !waitsForMore(task)) return;
  throw new FaultError({
    kind: "illegal-move",
    what: taskLabel(task),
    state: standingText(task),
    move: "be tried again",
  });
}

/** A task's status in words, with what it is blocked for and how it goes on. */
export function standingText(task: Task): string {
  if (task.blockedReason === "question")
    return `blocked by its agent's question (answer it: omoios answer ${taskLabel(task)} "…")`;
  return `${task.status}${task.blockedReason === null ? "" : ` (${task.blockedReason})`}`;
}

/** Cancels a task and stops its agent. What waits for it is blocked and says why. */
export async function cancelTask(parts: DecideParts, { taskId }: { readonly taskId: string }): Promise<Task> {
  const { projectId } = await parts.tasks.get(taskId);
  const { task, stopped } = await record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const settlement = { tx, emit };
    const seen = await parts.tasks.get(taskId, tx);
    const ended = await cancelOne(parts, settlement, seen);
    await blockDependents(parts, settlement, ended.task);
    await settleSpec(parts, settlement, seen.specId);
    await admit(parts, tx, emit);
    return ended;
  });
  if (stopped !== null) parts.running.interrupt(stopped.id, "cancelled");
  return task;
}

/** Cancels a spec with everything in it that is not over. What landed stays on its branch in the hub. */
export async function cancelSpec(parts: DecideParts, { specId }: { readonly specId: string }): Promise<Spec> {
  const { projectId } = await parts.specs.get(specId);
  const { spec, stopped } = await record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const settlement = { tx, emit };
    const seen = await parts.specs.get(specId, tx);
    const cancelled = await parts.specs.move(tx, seen, {
      move: "cancel",
      patch: { endedAt: parts.clock.now(), attention: null },
    });
    const attempts: Attempt[] = [];
    const all = [...(await parts.tasks.explorations(specId, tx)), ...(await parts.tasks.ofSpec(specId, tx))];
    for (const task of all) {
      if (task.status === "complete" || task.status === "cancelled") continue;
      const ended = await cancelOne(parts, settlement, task);
      if (ended.stopped !== null) attempts.push(ended.stopped);
    }
    emit(specMoved(seen, cancelled, "a person cancelled it"));
    await admit(parts, tx, emit);
    return { spec: cancelled, stopped: attempts };
  });
  parts.running.interrupt(specId, "cancelled");
  for (const attempt of stopped) parts.running.interrupt(attempt.id, "cancelled");
  return spec;
}

/** A person holds a spec: nothing of it starts, and what is at work parks where it stands. */
export async function holdSpec(parts: DecideParts, { specId }: { readonly specId: string }): Promise<Spec> {
  const { projectId } = await parts.specs.get(specId);
  const { spec, live } = await record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const seen = await parts.specs.get(specId, tx);
    if (!heldStatuses.includes(seen.status)) {
      const what = label("SPC", seen.number);
      throw new FaultError({ kind: "illegal-move", what, state: seen.status, move: "be paused" });
    }
    if (seen.pausedBy === "person") return { spec: seen, live: [] };
    const reason = "a person paused it";
    const held = await parts.specs.patch(tx, seen, { pausedReason: reason, pausedUntil: null, pausedBy: "person" });
    emit(specPaused(held, "person", reason));
    const attempts = await Promise.all(
      (await parts.tasks.ofSpec(specId, tx)).map((task) => parts.attempts.ofTask(task.id, tx)),
    );
    return { spec: held, live: attempts.flat().filter((attempt) => attempt.endedAt === null) };
  });
  parts.running.interrupt(specId, "parked");
  for (const attempt of live) parts.running.interrupt(attempt.id, "parked");
  return spec;
}

/** Takes a spec up again that is paused or waits for attention: planning is tried anew, blocked tasks get another round. */
export async function resumeSpec(parts: DecideParts, { specId }: { readonly specId: string }): Promise<Spec> {
  const { projectId } = await parts.specs.get(specId);
  return record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const spec = await parts.specs.get(specId, tx);
    if (spec.attention === null && spec.pausedReason === null) return spec;
    const unpaused = await unpauseSpec(parts, { tx, emit }, { spec, reason: "a person asked for it" });
    await clearAttention(parts, { tx, emit }, unpaused);
    // Letting go of a pause is no decision about what was blocked before it.
    const blocked = spec.attention === null ? [] : await parts.tasks.ofSpec(specId, tx);
    for (const task of blocked) {
      if (task.status === "blocked" && !waitsForMore(task)) {
        await requeueTask(parts, { tx, emit }, { task, reason: "the spec was resumed" });
      }
    }
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: specId });
    // What could not be taken up again still needs a person.
    await settleSpec(parts, { tx, emit }, specId);
    await admit(parts, tx, emit);
    return parts.specs.get(specId, tx);
  });
}

async function cancelOne(
  parts: DecideParts,
  settlement: Settlement,
  task: Task,
): Promise<{ readonly task: Task; readonly stopped: Attempt | null }> {
  const reason = "a person cancelled it";
  const live = (await parts.attempts.ofTask(task.id, settlement.tx)).find(({ state }) => isLiveAttempt(state));
  const stopped =
    live === undefined
      ? null
      : await endAttempt(parts, settlement, { attempt: live, task, move: "cancel", patch: { reason } });
  await moveConflictOf(parts, settlement, { task, move: "drop", reason });
  const cancelled = await moveTask(parts, settlement, {
    task,
    move: "cancel",
    patch: { endedAt: parts.clock.now() },
    reason,
  });
  return { task: cancelled, stopped };
}
