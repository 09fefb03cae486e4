import type { Attempt } from "@omoios/domain/attempt/attempt";
import { liveAttemptStates } from "@omoios/domain/attempt/state";
import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import { z } from "zod";
import { calibrate } from "../attempt/calibrate.ts";
import { collect } from "../attempt/collect.ts";
import { enterState } from "../attempt/enter-state.ts";
import { Heartbeat } from "../attempt/heartbeat.ts";
import { judgeChanges } from "../attempt/judge-changes.ts";
import { finishAlreadyMet, land } from "../attempt/land.ts";
import { loadRun, type AttemptParts, type AttemptRun, type Ending } from "../attempt/attempt-run.ts";
import { moveSandbox, openWorkSandbox, workSandboxId } from "../attempt/open-sandbox.ts";
import { propose, specTipOf } from "../attempt/propose.ts";
import { prove } from "../attempt/prove.ts";
import { step } from "../attempt/step.ts";
import { work } from "../attempt/work.ts";
import { brief } from "../prompts/brief.ts";
import { repositoryInstructions } from "../prompts/repository-overview.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import { attemptMoved, taskMoved } from "./happened.ts";
import type { AttemptRegistry } from "./attempt-registry.ts";
import { record } from "./record.ts";
import { parkAttempt } from "./park-attempt.ts";
import { sendBack } from "./settle-task.ts";

/** An attempt that ended in an unexpected error this often is failed instead of tried again: a bug would go on for ever. */
const maxClaims = 5;

export interface RunAttemptParts extends AttemptParts {
  readonly registry: AttemptRegistry;
}

/**
 * Runs an attempt from wherever it stands to its end: the queue's handler. It may be called again for the same attempt
 * after a crash; steps that are done are not repeated, and a job that is not the attempt's any more does nothing.
 */
export async function runAttempt(
  parts: RunAttemptParts,
  job: { readonly id: string; readonly subjectId: string },
  signal: AbortSignal,
): Promise<void> {
  const attempt = await claim(parts, job);
  if (attempt === null) return;
  await parts.checkpoints.pass("attempt:claimed", attempt.number);
  using registered = parts.registry.enter(attempt.id, signal);
  const run = await loadRun(parts, attempt, registered.signal);
  try {
    await using heartbeat = new Heartbeat(parts, run, (cause) => registered.abort("lost", cause));
    const ending = await runStages(parts, run, heartbeat);
    if (ending !== null) await settle(parts, run, ending);
    await tidy(parts, run);
  } catch (error) {
    await settleError(parts, run, { error, why: registered.why });
  }
}

async function claim(
  parts: RunAttemptParts,
  job: { readonly id: string; readonly subjectId: string },
): Promise<Attempt | null> {
  const { projectId } = await parts.attempts.get(job.subjectId);
  return record(parts, projectId, async (tx, emit) => {
    const seen = await parts.attempts.get(job.subjectId, tx);
    const claimed = await parts.attempts.claim(tx, { id: job.subjectId, jobId: job.id, at: parts.clock.now() });
    if (claimed === null) return null;
    const task = await parts.tasks.get(claimed.taskId, tx);
    if (task.status === "validating" || task.status === "landing") {
      emit(taskMoved(task, await parts.tasks.move(tx, task, { move: "start" }), "taken over"));
    }
    emit(attemptMoved(task, claimed, seen.state));
    return claimed;
  });
}

/** Null when the attempt landed and is settled already. */
async function runStages(parts: RunAttemptParts, run: AttemptRun, heartbeat: Heartbeat): Promise<Ending | null> {
  const { commit: baseCommit } = await step(parts, run, {
    name: "base",
    output: z.object({ commit: z.string() }),
    body: async () => ({ commit: await specTipOf(run) }),
    commit: async ({ tx, attempt }, output) => {
      await parts.attempts.patch(tx, attempt, { baseCommit: output.commit });
    },
  });
  await using jail = new LazySandbox(async () => {
    const sandbox = await openWorkSandbox(parts, run, baseCommit);
    heartbeat.sandbox = sandbox;
    return sandbox;
  });
  const worked = await workStage(parts, run, { heartbeat, jail, baseCommit });
  if (worked !== null) return worked;
  await enterState(parts, run, { attempt: { move: "collect", to: "collecting" } });
  const collected = await collect(parts, run, { sandbox: () => jail.open(), baseCommit });
  if (!("tip" in collected)) return collected;
  heartbeat.sandbox = null;
  const judged = await judgeChanges(parts, run, { from: baseCommit, to: collected.tip });
  if (judged !== null) return judged;
  return await landStage(parts, run, collected.tip);
}

async function workStage(
  parts: RunAttemptParts,
  run: AttemptRun,
  at: { readonly heartbeat: Heartbeat; readonly jail: LazySandbox; readonly baseCommit: string },
): Promise<Ending | null> {
  const calibrating = calibrate(parts, run, at.baseCommit);
  const working = (async () => {
    const text = await writeBrief(parts, run, at.baseCommit);
    await enterState(parts, run, { attempt: { move: "work", to: "working" }, patch: { startedAt: parts.clock.now() } });
    return work(parts, run, {
      sandbox: () => at.jail.open(),
      brief: text,
      heartbeat: at.heartbeat,
      alreadyMet: calibrating,
    });
  })();
  const [alreadyMet, worked] = await bothSettled(calibrating, working);
  return alreadyMet ? { kind: "already_met" } : worked;
}

/** Waits for both, so that neither is left running when the other fails; the first failure is the one that is thrown. */
async function bothSettled<Left, Right>(left: Promise<Left>, right: Promise<Right>): Promise<readonly [Left, Right]> {
  await Promise.allSettled([left, right]);
  return Promise.all([left, right]);
}

async function writeBrief(parts: RunAttemptParts, run: AttemptRun, baseCommit: string): Promise<string> {
  const { text } = await step(parts, run, {
    name: "brief",
    output: z.object({ text: z.string() }),
    body: async () => ({
      text: brief({
        task: run.task,
        criteria: run.criteria,
        instructions: await repositoryInstructions(run.hub, baseCommit),
        feedback: await lastFeedback(parts, run),
      }),
    }),
    commit: async ({ tx, attempt }, output) => {
      await parts.attempts.patch(tx, attempt, { brief: output.text });
    },
  });
  return text;
}

async function lastFeedback(parts: RunAttemptParts, run: AttemptRun): Promise<Attempt["feedback"]> {
  const earlier = (await parts.attempts.ofTask(run.task.id)).filter((attempt) => attempt.number < run.attempt.number);
  return (
    earlier.reduce<Attempt | null>((last, one) => (last === null || one.number > last.number ? one : last), null)
      ?.feedback ?? null
  );
}

/** Proves and lands; a spec branch that moved meanwhile asks for another round with a new candidate. */
async function landStage(parts: RunAttemptParts, run: AttemptRun, tip: string): Promise<Ending | null> {
  for (let round = 1; ; round += 1) {
    run.signal.throwIfAborted();
    await enterState(parts, run, {
      attempt: { move: "prove", to: "proving" },
      task: { move: "validate", to: "validating" },
    });
    const proposal = await propose(parts, run, { tip, round });
    if (proposal.kind !== "proposed") return proposal;
    const ending = await prove(parts, run, { proposal, round });
    if (ending !== null) return ending;
    await enterState(parts, run, { attempt: { move: "prove", to: "proving" }, task: { move: "land", to: "landing" } });
    if (await land(parts, run, { proposal, tip, round })) return null;
  }
}

async function settle(parts: RunAttemptParts, run: AttemptRun, ending: Ending): Promise<void> {
  if (ending.kind === "already_met") {
    await finishAlreadyMet(parts, run);
    return;
  }
  await record(parts, run.project.id, async (tx, emit) => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.fence(tx, run.holder);
    const task = await parts.tasks.get(run.task.id, tx);
    await sendBack(parts, { tx, emit }, { attempt, task, move: ending.move, feedback: ending.feedback });
  });
}

/** The attempt is over: what it printed is complete, its sandbox can go. */
async function tidy(parts: RunAttemptParts, run: AttemptRun): Promise<void> {
  await parts.logs.end(run.attempt.id);
  await parts.provider.destroy(workSandboxId(run));
  await moveSandbox(parts, { id: workSandboxId(run), move: "destroy" });
}

/**
 * What a thrown error means: parked when the process stops, nothing when the attempt is somebody else's or over, a
 * failed attempt when something this needs is missing. Anything else is a bug: the queue calls again, a few times.
 */
async function settleError(
  parts: RunAttemptParts,
  run: AttemptRun,
  seen: { readonly error: unknown; readonly why: "parked" | "cancelled" | "lost" | null },
): Promise<void> {
  if (seen.why === "parked") {
    await parkAttempt(parts, run, "the server was stopped");
    return;
  }
  const now = await parts.attempts.get(run.attempt.id);
  const over = !(liveAttemptStates as readonly string[]).includes(now.state);
  if (over) await tidy(parts, run);
  if (over || now.epoch !== run.holder.epoch) return;
  const expected = seen.error instanceof FaultError && seen.error.fault.kind !== "stale";
  if (!expected && run.holder.epoch < maxClaims) throw seen.error;
  const message =
    seen.error instanceof FaultError
      ? [faultMessage(seen.error.fault), ...faultFixes(seen.error.fault)].join(". ")
      : String(seen.error);
  await settle(parts, run, { kind: "send_back", move: "fail", feedback: { kind: "error", message, items: [] } });
  await tidy(parts, run);
}

/** Opens the attempt's sandbox when a step first needs it; a resumed attempt that is past its work never does. */
class LazySandbox implements AsyncDisposable {
  readonly #create: () => Promise<Sandbox>;
  #sandbox: Promise<Sandbox> | null = null;

  constructor(create: () => Promise<Sandbox>) {
    this.#create = create;
  }

  open(): Promise<Sandbox> {
    this.#sandbox ??= this.#create();
    return this.#sandbox;
  }

  /** Ends the jail; its tree and HOME stay, for whoever resumes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#sandbox === null) return;
    const [opened] = await Promise.allSettled([this.#sandbox]);
    if (opened.status === "fulfilled") await opened.value.close();
  }
}
