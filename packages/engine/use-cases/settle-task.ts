import type { Attempt, Feedback } from "@omoios/domain/attempt/attempt";
import { afterAttempt, isSystemFailure, type NextMove } from "@omoios/domain/attempt/next";
import type { AttemptMove } from "@omoios/domain/attempt/state";
import { explorationAttempts } from "@omoios/domain/spec/exploration";
import { replansByItself } from "@omoios/domain/spec/amendment";
import { afterResolution } from "@omoios/domain/landing/after-resolution";
import { specOutlook } from "@omoios/domain/spec/outlook";
import { overTaskStatuses, type TaskMove } from "@omoios/domain/task/state";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import { openAmendment } from "../planning/open-amendment.ts";
import type { AmendmentStore } from "../ports/amendment-store.ts";
import type { AttemptPatch } from "../ports/attempt-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { TaskPatch } from "../ports/task-store.ts";
import { admit, type AdmitParts } from "./admit.ts";
import { attemptMoved, attentionRaised, taskMoved } from "./happened.ts";
import { dependents } from "./dependents.ts";
import { moveConflictOf } from "./move-conflict.ts";
import { moveValidationsOf } from "./move-validation.ts";
import type { RecordParts } from "./record.ts";
import type { Settlement } from "./settlement.ts";

export interface SettleParts extends AdmitParts, RecordParts {
  readonly plans: PlanStore;
  readonly amendments: AmendmentStore;
  readonly scheduling: AdmitParts["scheduling"] & { readonly retryDelayMs: number };
}

/** Ends a live attempt, frees its slots, and completes its task: dependents become ready, the spec moves on, others start. */
export async function completeTask(
  parts: SettleParts,
  { tx, emit }: Settlement,
  ending: {
    readonly attempt: Attempt;
    readonly task: Task;
    readonly move: AttemptMove;
    readonly reason: string | null;
  },
): Promise<void> {
  const at = parts.clock.now();
  await endAttempt(parts, { tx, emit }, { ...ending, patch: { reason: ending.reason } });
  const done = await moveTask(
    parts,
    { tx, emit },
    { task: ending.task, move: "complete", patch: { endedAt: at }, reason: ending.reason },
  );
  await moveConflictOf(parts, { tx, emit }, { task: ending.task, move: "settle" });
  for (const dependent of await parts.tasks.meetDependency(tx, done.id, at)) {
    emit(taskMoved({ ...dependent, status: "pending" }, dependent, `${taskLabel(done)} is complete`));
  }
  await settleSpec(parts, { tx, emit }, done.specId);
  await admit(parts, tx, emit);
}

/** Ends a live attempt that did not succeed, and decides what its task does next: try again, or wait for a person. */
export async function sendBack(
  parts: SettleParts,
  { tx, emit }: Settlement,
  ending: {
    readonly attempt: Attempt;
    readonly task: Task;
    readonly move: Extract<AttemptMove, "reject" | "fail" | "lose">;
    readonly feedback: Feedback;
  },
): Promise<void> {
  const { attempt, task, feedback } = ending;
  const now = parts.clock.now();
  await endAttempt(
    parts,
    { tx, emit },
    { attempt, task, move: ending.move, patch: { reason: feedback.message, feedback } },
  );
  const next = await nextMove(parts, { tx, emit }, { attempt, task, feedback, now });
  if (next.kind === "retry") {
    const retrying = await moveTask(
      parts,
      { tx, emit },
      { task, move: "retry", patch: { retryAt: next.retryAt }, reason: feedback.message },
    );
    if (next.retryAt <= now) await requeueTask(parts, { tx, emit }, { task: retrying, reason: "next attempt" });
    else await parts.queue.send(tx, "wake", { id: parts.identities.uuid(), subjectId: task.id, startAt: next.retryAt });
  } else if (task.kind === "exploration") {
    // Nobody has to decide anything: planning goes on with what code can read.
    await moveTask(parts, { tx, emit }, { task, move: "fail", patch: { endedAt: now }, reason: feedback.message });
  } else if (!isSystemFailure(feedback.kind) && (await replansTask(parts, { tx, emit }, { task, ...next }))) {
    const reason = "it could not be done as planned; a planner looks for another way";
    await awaitPlanner(parts, { tx, emit }, { task, reason });
  } else {
    await blockTask(parts, { tx, emit }, { task, blockedReason: next.blockedReason, question: next.question });
  }
  await settleSpec(parts, { tx, emit }, task.specId);
  await admit(parts, tx, emit);
}

/**
 * What becomes of the task. Work that cannot be merged is resolved by an attempt of its own kind, whatever the number of
 * attempts before; those have their own limit, and do not count as attempts at the task. Nor does a merge of the base
 * branch, which no agent made: what it breaks is for the first agent to mend.
 */
async function nextMove(
  parts: SettleParts,
  settlement: Settlement,
  ended: { readonly attempt: Attempt; readonly task: Task; readonly feedback: Feedback; readonly now: Date },
): Promise<NextMove> {
  const { attempt, task, feedback, now } = ended;
  const { retryDelayMs } = parts.scheduling;
  const maxAttempts = task.kind === "exploration" ? explorationAttempts : parts.scheduling.maxAttempts;
  const unmended = attempt.kind === "base_merge" && feedback.kind === "criteria";
  if (feedback.kind === "conflict" || unmended) return { kind: "retry", retryAt: now };
  const history = (await parts.attempts.ofTask(task.id, settlement.tx)).flatMap((one) =>
    one.kind !== attempt.kind || one.feedback === null ? [] : [one.feedback],
  );
  if (attempt.kind !== "resolution") return afterAttempt({ feedback, history, maxAttempts, retryDelayMs, now });
  const byPerson = attempt.agent === "person";
  const next = afterResolution({ task: taskLabel(task), feedback, history, byPerson, retryDelayMs, now });
  await moveConflictOf(parts, settlement, {
    task,
    move: next.kind === "retry" ? "give_back" : "hand_over",
    reason: feedback.message,
    ...(next.kind === "retry" ? {} : { patch: { personTip: null, acceptLost: false } }),
  });
  return next;
}

/** Gives a task back to admission; what was blocked because of it waits for it again. */
export async function requeueTask(
  parts: SettleParts,
  settlement: Settlement,
  { task, reason }: { readonly task: Task; readonly reason: string },
): Promise<Task> {
  const conflict = await parts.conflicts.unsettled(task.id, settlement.tx);
  if (conflict?.state === "with_person") await moveConflictOf(parts, settlement, { task, move: "reopen", reason });
  const requeued = await moveTask(parts, settlement, {
    task,
    move: "requeue",
    patch: { readyAt: parts.clock.now(), retryAt: null, blockedReason: null, question: null, endedAt: null },
    reason,
  });
  await releaseDependents(parts, settlement, { task, reason });
  return requeued;
}

/** What was blocked because of a task waits for it again, unless another one holds it up. */
export async function releaseDependents(
  parts: SettleParts,
  settlement: Settlement,
  { task, reason }: { readonly task: Task; readonly reason: string },
): Promise<void> {
  for (const dependent of await dependents(parts, settlement.tx, task)) {
    if (dependent.status !== "blocked" || dependent.blockedReason !== "dependency") continue;
    await moveTask(parts, settlement, {
      task: dependent,
      move: "wait",
      patch: { blockedReason: null, question: null },
      reason,
    });
  }
  for (const other of await parts.tasks.ofSpec(task.specId, settlement.tx)) {
    if (holdsUp(other)) await blockDependents(parts, settlement, other);
  }
}

/** A task that will not complete by itself, whatever becomes of the others. */
function holdsUp(task: Task): boolean {
  const needsPerson = task.blockedReason !== "dependency" && task.blockedReason !== "replan";
  return (task.status === "blocked" && needsPerson) || task.status === "failed" || task.status === "cancelled";
}

/** Sets a task aside until a planner has changed the plan. What waits for it goes on waiting: it is being seen to. */
export async function awaitPlanner(
  parts: SettleParts,
  settlement: Settlement,
  { task, reason }: { readonly task: Task; readonly reason: string },
): Promise<void> {
  const aside = task.status === "blocked" ? await moveTask(parts, settlement, { task, move: "wait", reason }) : task;
  const patch = { blockedReason: "replan" as const, question: reason };
  await moveTask(parts, settlement, { task: aside, move: "block", patch, reason });
}

/** Asks for another plan of a task that others wait for, where nobody has to be asked; false when a person is. */
async function replansTask(
  parts: SettleParts,
  settlement: Settlement,
  { task, blockedReason }: { readonly task: Task; readonly blockedReason: NonNullable<Task["blockedReason"]> },
): Promise<boolean> {
  if (blockedReason !== "criteria" && blockedReason !== "attempts") return false;
  const { tx } = settlement;
  const spec = await parts.specs.get(task.specId, tx);
  const amendments = await parts.amendments.ofSpec(task.specId, tx);
  const waiting = (await dependents(parts, tx, task)).length;
  if (!replansByItself(task, { approval: spec.settings.approval, dependents: waiting, amendments })) return false;
  const criteria = await parts.plans.criteriaOfTask(task.id, tx);
  const { specId, id: taskId } = task;
  const criterionIds = criteria.map(({ id }) => id);
  await openAmendment(parts, tx, { specId, taskId, cause: "failed", criterionIds, decidedBy: "policy" });
  return true;
}

/** Blocks a task until somebody does something, and whatever waits for it. */
export async function blockTask(
  parts: SettleParts,
  { tx, emit }: Settlement,
  block: { readonly task: Task; readonly blockedReason: NonNullable<Task["blockedReason"]>; readonly question: string },
): Promise<void> {
  await moveTask(
    parts,
    { tx, emit },
    {
      task: block.task,
      move: "block",
      patch: { blockedReason: block.blockedReason, question: block.question },
      reason: block.question,
    },
  );
  await blockDependents(parts, { tx, emit }, block.task);
}

/** Whatever waits for a task that will not complete by itself says so, instead of waiting silently. */
export async function blockDependents(parts: SettleParts, settlement: Settlement, task: Task): Promise<void> {
  const name = taskLabel(task);
  const question =
    task.status === "cancelled"
      ? `${name} was cancelled: plan it anew with omoios task replan ${name}, or cancel this one too`
      : `${name} has to complete first`;
  for (const dependent of await dependents(parts, settlement.tx, task)) {
    if (dependent.status !== "pending") continue;
    await moveTask(parts, settlement, {
      task: dependent,
      move: "block",
      patch: { blockedReason: "dependency", question },
      reason: `${name} did not complete`,
    });
  }
}

/** Moves a spec on when its last task completed; raises its attention when nothing can go on without a person. */
export async function settleSpec(parts: SettleParts, { tx, emit }: Settlement, specId: string): Promise<void> {
  const spec = await parts.specs.get(specId, tx);
  if (spec.status === "planning") await planOn(parts, { tx, emit }, specId);
  if (spec.status !== "executing") return;
  const outlook = specOutlook(await parts.tasks.ofSpec(specId, tx));
  if (outlook.kind === "done") {
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: specId });
  } else if (outlook.kind === "stuck" && spec.attention === null) {
    const changes = await parts.amendments.ofSpec(specId, tx);
    if (changes.some((change) => change.appliedAt === null)) return;
    const reason = outlook.reasons.join("; ");
    emit(attentionRaised(await parts.specs.patch(tx, spec, { attention: reason }), reason));
  }
}

/** Planning waits for an exploration, and for nothing else among its tasks. */
async function planOn(parts: SettleParts, { tx }: Settlement, specId: string): Promise<void> {
  const newest = (await parts.tasks.explorations(specId, tx)).at(-1);
  if (newest === undefined || !overTaskStatuses.includes(newest.status)) return;
  await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: specId });
}

export async function moveTask(
  parts: SettleParts,
  { tx, emit }: Settlement,
  change: { readonly task: Task; readonly move: TaskMove; readonly patch?: TaskPatch; readonly reason?: string | null },
): Promise<Task> {
  const moved = await parts.tasks.move(tx, change.task, { move: change.move, patch: change.patch ?? {} });
  emit(taskMoved(change.task, moved, change.reason ?? null));
  return moved;
}

export async function moveAttempt(
  parts: SettleParts,
  { tx, emit }: Settlement,
  change: { readonly attempt: Attempt; readonly task: Task; readonly move: AttemptMove; readonly patch?: AttemptPatch },
): Promise<Attempt> {
  const moved = await parts.attempts.move(tx, change.attempt, { move: change.move, patch: change.patch ?? {} });
  emit(attemptMoved(change.task, moved, change.attempt.state));
  return moved;
}

export async function endAttempt(
  parts: SettleParts,
  settlement: Settlement,
  change: { readonly attempt: Attempt; readonly task: Task; readonly move: AttemptMove; readonly patch: AttemptPatch },
): Promise<Attempt> {
  const ended = await moveAttempt(parts, settlement, {
    ...change,
    patch: { ...change.patch, endedAt: parts.clock.now() },
  });
  await moveValidationsOf(parts, settlement, {
    judged: ended,
    task: change.task,
    move: change.move === "fail" || change.move === "lose" ? change.move : "cancel",
    patch: { reason: ended.reason, endedAt: ended.endedAt },
  });
  await parts.admission.release(settlement.tx, ended.id);
  return ended;
}
