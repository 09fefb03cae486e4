import { isLiveAttempt } from "@omoios/domain/attempt/state";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { outputRef } from "@omoios/domain/spec/pipeline";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { PhaseOutput } from "../ports/plan-store.ts";
import type { RunningAttempts } from "../use-cases/decide-tasks.ts";
import { clearAttention } from "../use-cases/clear-attention.ts";
import { moveConflictOf } from "../use-cases/move-conflict.ts";
import { isUnderWay, provingTasks } from "../use-cases/proving-tasks.ts";
import { awaitPlanner, endAttempt, type SettleParts } from "../use-cases/settle-task.ts";
import type { Settlement } from "../use-cases/settlement.ts";
import { openAmendment, type OpenAmendmentParts } from "./open-amendment.ts";
import type { PlanningParts } from "./planning-run.ts";
import { planDigest } from "./read-plan.ts";

export type EditRunningPlanParts = PlanningParts &
  SettleParts &
  OpenAmendmentParts & { readonly running: RunningAttempts };

export interface RunningEdit {
  readonly spec: Spec;
  /** REQ-1 for a requirement and with it all its criteria, or REQ-1.2. */
  readonly subject: string;
  readonly text: string;
  /** All versions, the one with the new words last. */
  readonly outputs: readonly PhaseOutput[];
  readonly output: PhaseOutput;
}

/**
 * New words while the plan is carried out. Work on them ends and waits for the planner, who gives new checks, and a task
 * where the old words have landed. The edit is the person's approval of the plan with these words. Returns the attempts
 * that have to stop.
 */
export async function rewordRunning(
  parts: EditRunningPlanParts,
  settlement: Settlement,
  edit: RunningEdit,
): Promise<readonly string[]> {
  const { spec, subject } = edit;
  const { tx, emit } = settlement;
  const criteria = (await parts.plans.criteria(spec.id, tx)).filter(
    (criterion) => criterion.label === subject || criterion.label.startsWith(`${subject}.`),
  );
  const affected = (
    await provingTasks(parts, { specId: spec.id, criterionIds: criteria.map(({ id }) => id) }, tx)
  ).filter(isUnderWay);
  refuseWhileLanding(affected, subject);
  await parts.plans.reword(tx, { specId: spec.id, label: subject, text: edit.text.trim() });
  const stopped: string[] = [];
  for (const task of affected) stopped.push(...(await hold(parts, settlement, { task, subject })));
  await parts.plans.addApproval(tx, {
    id: parts.identities.uuid(),
    specId: spec.id,
    subject: "plan",
    digest: planDigest(parts.digest, spec, edit.outputs),
    decision: "approved",
    decidedBy: "person",
    reason: `${subject} reworded`,
    sentBack: null,
    decidedAt: parts.clock.now(),
  });
  await openAmendment(parts, tx, {
    specId: spec.id,
    cause: "edited",
    taskId: null,
    criterionIds: criteria.map(({ id }) => id),
    decidedBy: "person",
  });
  emit({
    type: "plan.edited",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", spec.number), subject, output: outputRef(edit.output), stale: [] },
  });
  await clearAttention(parts, settlement, spec);
  return stopped;
}

/** Between the refs and their record nothing may come: a moment later it has landed, and can be brought in line. */
function refuseWhileLanding(tasks: readonly Task[], subject: string): void {
  const landing = tasks.find((task) => task.status === "landing");
  if (landing === undefined) return;
  throw new FaultError({
    kind: "unavailable",
    message: `${taskLabel(landing)}, which proves ${subject}, is landing at this moment`,
    fix: "Edit it again in a few seconds",
    retryable: true,
  });
}

/** Ends work on the old words; the task waits for the planner. */
async function hold(
  parts: EditRunningPlanParts,
  settlement: Settlement,
  { task, subject }: { readonly task: Task; readonly subject: string },
): Promise<readonly string[]> {
  const reason = `${subject} was reworded`;
  const live = (await parts.attempts.ofTask(task.id, settlement.tx)).find(({ state }) => isLiveAttempt(state));
  if (live !== undefined)
    await endAttempt(parts, settlement, { attempt: live, task, move: "cancel", patch: { reason } });
  const isSetAside = task.status === "blocked" && ["dependency", "replan"].includes(task.blockedReason ?? "");
  await moveConflictOf(parts, settlement, { task, move: "drop", reason });
  if (isSetAside || task.status === "failed") return [];
  await awaitPlanner(parts, settlement, { task, reason: `${reason}; a planner gives it new checks` });
  return live === undefined ? [] : [live.id];
}
