import { taskLabel } from "@omoios/domain/task/task-label";
import { liveAttemptStates } from "@omoios/domain/attempt/state";
import { nextKind } from "@omoios/domain/attempt/next-kind";
import { nextApproach } from "@omoios/domain/attempt/strategy";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { chooseAdmissions } from "@omoios/domain/task/admit";
import { scoreTask, type ScoreRules } from "@omoios/domain/task/score";
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
  const scored = new Map(ready.map((entry) => [entry.task.id, { entry, ...score(parts, entry, now) }]));
  const chosen = chooseAdmissions({
    ready: [...scored.values()].map(({ entry: { task }, score: value }) => ({
      taskId: task.id,
      projectId: task.projectId,
      score: value,
      readyAt: task.readyAt ?? task.createdAt,
      number: task.number,
    })),
    free,
  });
  let started = 0;
  for (const taskId of chosen) {
    const candidate = scored.get(taskId);
    if (candidate !== undefined && (await start(parts, tx, { ...candidate, emit, now }))) started += 1;
  }
  return started;
}

function score(parts: AdmitParts, entry: ReadyTask, now: Date) {
  return scoreTask(
    {
      priority: entry.task.priority,
      readyAt: entry.task.readyAt ?? entry.task.createdAt,
      deadlineAt: null,
      downstream: entry.task.downstream,
      attempts: entry.attempts,
      maxAttempts: parts.scheduling.maxAttempts,
    },
    parts.scheduling.score,
    now,
  );
}

async function start(
  parts: AdmitParts,
  tx: Transaction,
  chosen: ReturnType<typeof score> & { readonly entry: ReadyTask; readonly emit: Emit; readonly now: Date },
): Promise<boolean> {
  const { task, parkedAttemptId } = chosen.entry;
  const attemptId = parkedAttemptId ?? parts.identities.uuid();
  const jobId = parts.identities.uuid();
  const previous = await parts.attempts.ofTask(task.id, tx);
  const attempt =
    parkedAttemptId === null
      ? await create(parts, tx, { chosen, attemptId, jobId, previous })
      : await wake(parts, tx, { attemptId, jobId });
  if (!(await parts.admission.take(tx, { id: attemptId, projectId: task.projectId }))) {
    throw new Error(`Admission chose ${taskLabel(task)} although no slot was free`);
  }
  const moved = await parts.tasks.move(tx, task, {
    move: "start",
    patch: { score: chosen.score, scoreFactors: chosen.factors },
  });
  await parts.queue.send(tx, "attempt", { id: jobId, subjectId: attemptId });
  chosen.emit(taskMoved(task, moved), task.projectId);
  chosen.emit(attemptMoved(moved, attempt, parkedAttemptId === null ? null : "parked"), task.projectId);
  return true;
}

async function create(
  parts: AdmitParts,
  tx: Transaction,
  at: {
    readonly chosen: { readonly entry: ReadyTask; readonly emit: Emit; readonly now: Date };
    readonly attemptId: string;
    readonly jobId: string;
    readonly previous: readonly Attempt[];
  },
): Promise<Attempt> {
  const { task } = at.chosen.entry;
  const spec = await parts.specs.get(task.specId, tx);
  const live = at.previous.find((attempt) => (liveAttemptStates as readonly string[]).includes(attempt.state));
  if (live !== undefined)
    throw new Error(`${taskLabel(task)} is ready although attempt ${live.number} is ${live.state}`);
  const conflict =
    at.previous.length === 0
      ? null
      : await moveConflictOf(parts, { tx, emit: at.chosen.emit }, { task, move: "take_up" });
  const kind = conflict === null ? nextKind(task, at.previous) : "resolution";
  const attempt: Attempt = {
    id: at.attemptId,
    taskId: task.id,
    specId: task.specId,
    projectId: task.projectId,
    number: at.previous.reduce((most, one) => Math.max(most, one.number), 0) + 1,
    kind,
    state: "queued",
    version: 1,
    epoch: 0,
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
    brief: null,
    feedback: null,
    reason: null,
    agentState: "starting",
    agentSummary: null,
    progress: null,
    droppedDiscoveries: 0,
    parkedUntil: null,
    cancelRequested: false,
    createdAt: at.chosen.now,
    claimedAt: null,
    startedAt: null,
    beatAt: null,
    outputAt: null,
    endedAt: null,
  };
  await parts.attempts.create(tx, attempt);
  return attempt;
}

async function wake(
  parts: AdmitParts,
  tx: Transaction,
  at: { readonly attemptId: string; readonly jobId: string },
): Promise<Attempt> {
  const parked = await parts.attempts.get(at.attemptId, tx);
  return parts.attempts.move(tx, parked, { move: "wake", patch: { jobId: at.jobId, parkedUntil: null, reason: null } });
}
