import { taskLabel } from "@omoios/domain/task/task-label";
import { isLiveAttempt } from "@omoios/domain/attempt/state";
import { nextKind } from "@omoios/domain/attempt/next-kind";
import { nextApproach } from "@omoios/domain/attempt/strategy";
import { newAttempt, type Attempt } from "@omoios/domain/attempt/attempt";
import { chooseAdmissions } from "@omoios/domain/task/admit";
import { scoreTask, type ScoreRules } from "@omoios/domain/task/score";
import type { Task } from "@omoios/domain/task/task";
import type { AdmissionStore, ReadyTask } from "../ports/admission-store.ts";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { ConflictStore } from "../ports/conflict-store.ts";
import type { Clock, Identities } from "../ports/clock.ts";
import type { Transaction } from "../ports/database.ts";
import type { JobQueue } from "../ports/queue.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { TaskStore } from "../ports/task-store.ts";
import { attemptMoved, taskMoved } from "./happened.ts";
import { moveConflictOf } from "./move-conflict.ts";
import type { Emit } from "./record.ts";

/** Version of the steps an attempt goes through; stored with it, so that an upgrade can finish what an older one began. */
const workflowVersion = 1;
/** Who is named as the agent of an attempt that has none. */
const omoiosAgent = "omoios";

export interface AdmitParts {
  readonly admission: AdmissionStore;
  readonly specs: SpecStore;
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly conflicts: ConflictStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly identities: Identities;
  readonly scheduling: { readonly score: ScoreRules; readonly maxAttempts: number };
  /** The model agents ask after two failures of one kind, as `provider:name`; null to have none. */
  readonly fallbackModel: string | null;
}

/**
 * Starts the best ready tasks as far as slots reach: takes the slots, creates (or wakes) their attempts and enqueues
 * them, all in the caller's transaction, which must hold the admission lock. Returns how many it started.
 */
export async function admit(parts: AdmitParts, tx: Transaction, emit: Emit): Promise<number> {
  const free = await parts.admission.free(tx);
  if (free.global === 0) return 0;
  const now = parts.clock.now();
  const ready = await parts.admission.ready(tx);
  if (ready.length === 0) return 0;
  const scored = new Map(ready.map((task) => [task.id, { ready: task, ...score(parts, task, now) }]));
  const chosen = chooseAdmissions({
    ready: [...scored.values()].map(({ ready: task, score: value }) => ({ ...task, taskId: task.id, score: value })),
    free,
  });
  for (const taskId of chosen) {
    const scoredTask = scored.get(taskId);
    if (scoredTask === undefined) throw new Error(`Admission chose ${taskId}, which is not ready`);
    await start(parts, tx, { ...scoredTask, emit, now });
  }
  return chosen.length;
}

function score(parts: AdmitParts, task: ReadyTask, now: Date) {
  const { score: rules, maxAttempts } = parts.scheduling;
  return scoreTask({ ...task, deadlineAt: null, maxAttempts }, rules, now);
}

async function start(
  parts: AdmitParts,
  tx: Transaction,
  chosen: ReturnType<typeof score> & { readonly ready: ReadyTask; readonly emit: Emit; readonly now: Date },
): Promise<void> {
  const task = await parts.tasks.get(chosen.ready.id, tx);
  const previous = await parts.attempts.ofTask(task.id, tx);
  const parked = previous.find((attempt) => attempt.state === "parked");
  const jobId = parts.identities.uuid();
  const attempt =
    parked === undefined
      ? await create(parts, tx, { task, previous, jobId, emit: chosen.emit, now: chosen.now })
      : await parts.attempts.move(tx, parked, { move: "wake", patch: { jobId, parkedUntil: null, reason: null } });
  if (!(await parts.admission.take(tx, attempt))) {
    throw new Error(`Admission chose ${taskLabel(task)} although no slot was free`);
  }
  const moved = await parts.tasks.move(tx, task, {
    move: "start",
    patch: { score: chosen.score, scoreFactors: chosen.factors },
  });
  await parts.queue.send(tx, "attempt", { id: jobId, subjectId: attempt.id });
  chosen.emit(taskMoved(task, moved), task.projectId);
  chosen.emit(attemptMoved(moved, attempt, parked === undefined ? null : "parked"), task.projectId);
}

async function create(
  parts: AdmitParts,
  tx: Transaction,
  at: {
    readonly task: Task;
    readonly previous: readonly Attempt[];
    readonly jobId: string;
    readonly emit: Emit;
    readonly now: Date;
  },
): Promise<Attempt> {
  const { task } = at;
  const spec = await parts.specs.get(task.specId, tx);
  const live = at.previous.find((attempt) => isLiveAttempt(attempt.state));
  if (live !== undefined)
    throw new Error(`${taskLabel(task)} is ready although attempt ${live.number} is ${live.state}`);
  const conflict =
    at.previous.length === 0 ? null : await moveConflictOf(parts, { tx, emit: at.emit }, { task, move: "take_up" });
  const kind = conflict === null ? nextKind(task, at.previous) : "resolution";
  const attempt = newAttempt({
    id: parts.identities.uuid(),
    taskId: task.id,
    specId: task.specId,
    projectId: task.projectId,
    number: at.previous.reduce((most, one) => Math.max(most, one.number), 0) + 1,
    kind,
    judges: null,
    jobId: at.jobId,
    agent: kind === "base_merge" ? omoiosAgent : conflict?.personTip == null ? spec.settings.agent : "person",
    ...nextApproach(
      at.previous.filter((one) => one.kind === kind),
      kind === "implementation" ? parts.fallbackModel : null,
    ),
    workflowVersion,
    branch: task.branch,
    baseCommit: null,
    tip: null,
    createdAt: at.now,
  });
  await parts.attempts.create(tx, attempt);
  return attempt;
}
