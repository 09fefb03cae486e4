import type { Attempt, Feedback } from "@omoios/domain/attempt/attempt";
import { isLiveAttempt } from "@omoios/domain/attempt/state";
import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import { takeBase } from "../attempt/base-merge.ts";
import { calibrate } from "../attempt/calibrate.ts";
import { collect } from "../attempt/collect.ts";
import { enterState, enterWorking } from "../attempt/enter-state.ts";
import { Heartbeat } from "../attempt/heartbeat.ts";
import { judgeChanges } from "../attempt/judge-changes.ts";
import { finishAlreadyMet, land } from "../attempt/land.ts";
import { loadRun, type AttemptRun, type Ending } from "../attempt/attempt-run.ts";
import { moveSandbox, workSandboxId } from "../attempt/open-sandbox.ts";
import { proveAlreadyMet } from "../attempt/prove-already-met.ts";
import { propose } from "../attempt/propose.ts";
import { prove } from "../attempt/prove.ts";
import { explore, type ExploreParts } from "../attempt/explore.ts";
import { lazyWorkSandbox, type LazySandbox } from "../attempt/lazy-sandbox.ts";
import { AwaitsAnswer } from "../attempt/messages.ts";
import { commitResolution } from "../attempt/resolution.ts";
import { startPoint, type StartPoint } from "../attempt/start-point.ts";
import { work } from "../attempt/work.ts";
import { writeBrief } from "../attempt/write-brief.ts";
import { ProviderWait } from "../ports/gateway.ts";
import { attemptMoved, taskMoved } from "./happened.ts";
import type { InterruptReason } from "./attempt-registry.ts";
import { record } from "./record.ts";
import { parkAttempt } from "./park-attempt.ts";
import { pauseSpec, type Pause } from "./pause-spec.ts";
import { sendBack } from "./settle-task.ts";

/** An attempt that ended in an unexpected error this often is failed instead of tried again: a bug would go on for ever. */
const maxClaims = 5;

export type RunAttemptParts = ExploreParts;

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
  await parts.checkpoints.pass("attempt:claimed", attempt);
  using registered = parts.registry.enter(attempt.id, signal);
  try {
    // Asked after it can be interrupted, so that a pause is either seen here or interrupts.
    if ((await parts.specs.get(attempt.specId)).pausedReason !== null) registered.abort("parked");
    registered.signal.throwIfAborted();
    const run = await loadRun(parts, attempt, {
      signal: registered.signal,
      hold: (cause) => registered.abort("held", cause),
    });
    await using heartbeat = new Heartbeat(parts, run, (cause) => registered.abort("lost", cause));
    const ending = await runStages(parts, run, heartbeat);
    if (ending?.kind === "already_met") await finishAlreadyMet(parts, run);
    if (ending?.kind === "send_back") await giveBack(parts, attempt, ending);
    await tidy(parts, attempt);
  } catch (error) {
    const { why, cause } = registered;
    await settleError(parts, attempt, { error: why === "held" ? cause : error, why });
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
    await parts.budgets.expire(tx, { at: parts.clock.now(), everything: false });
    const task = await parts.tasks.get(claimed.taskId, tx);
    if (task.status === "validating" || task.status === "landing") {
      emit(taskMoved(task, await parts.tasks.move(tx, task, { move: "start" }), "taken over"));
    }
    emit(attemptMoved(task, claimed, seen.state));
    return claimed;
  });
}

/** Null when the attempt is settled already. */
async function runStages(parts: RunAttemptParts, run: AttemptRun, heartbeat: Heartbeat): Promise<Ending | null> {
  if (run.attempt.kind === "exploration") return explore(parts, run, heartbeat);
  if (run.attempt.kind === "base_merge") return landStage(parts, run, await takeBase(parts, run));
  const start = await startPoint(parts, run);
  if (!("commit" in start)) return start;
  const made = await makeStage(parts, run, { heartbeat, start });
  if (!("tip" in made)) return made;
  const { conflict } = run;
  const resolved =
    conflict === null ? made : await commitResolution(parts, run, { conflict, specTip: start.specTip, tip: made.tip });
  if (!("tip" in resolved)) return resolved;
  const judged = await judgeChanges(parts, run, {
    from: start.commit,
    to: made.tip,
    mayBeEmpty: conflict !== null,
    byPerson: run.attempt.agent === "person",
  });
  if (judged !== null) return judged;
  return await landStage(parts, run, resolved.tip);
}

/** The work as one commit in the hub, whoever made it. */
async function makeStage(
  parts: RunAttemptParts,
  run: AttemptRun,
  from: { readonly heartbeat: Heartbeat; readonly start: StartPoint },
): Promise<{ readonly tip: string } | Ending> {
  const { heartbeat, start } = from;
  if (run.conflict?.personTip != null) {
    await enterWorking(parts, run);
    await enterState(parts, run, { attempt: { move: "collect", to: "collecting" } });
    return { tip: run.conflict.personTip };
  }
  await using jail = lazyWorkSandbox(parts, run, { commit: start.commit, heartbeat });
  const worked = await workStage(parts, run, { heartbeat, jail, start });
  if (worked !== null) return worked;
  await enterState(parts, run, { attempt: { move: "collect", to: "collecting" } });
  const collected = await collect(parts, run, { sandbox: () => jail.open(), baseCommit: start.commit });
  if ("tip" in collected) heartbeat.sandbox = null;
  return collected;
}

async function workStage(
  parts: RunAttemptParts,
  run: AttemptRun,
  at: { readonly heartbeat: Heartbeat; readonly jail: LazySandbox; readonly start: StartPoint },
): Promise<Ending | null> {
  // Before the sides of a conflict are joined there is no tree on which its checks would say anything, and checks that
  // pass on a merge to be mended do not mean that it has landed.
  const calibrating =
    run.conflict === null && run.task.mergeCommit === null
      ? calibrate(parts, run, at.start.commit)
      : Promise.resolve({ alreadyGreen: false, evidence: [] });
  const working = (async () => {
    const [text] = await Promise.all([writeBrief(parts, run, at.start), openJailForWork(parts, run, at.jail)]);
    await enterWorking(parts, run);
    return work(parts, run, {
      sandbox: () => at.jail.open(),
      brief: text,
      heartbeat: at.heartbeat,
      notNeeded: async () => (await calibrating).alreadyGreen,
    });
  })();
  const [{ alreadyGreen, evidence }, worked] = await bothSettled(calibrating, working);
  return alreadyGreen ? proveAlreadyMet(parts, run, { commit: at.start.commit, evidence }) : worked;
}

/** Opens the jail beside everything else the work waits for; work that is done already needs none. */
async function openJailForWork(parts: RunAttemptParts, run: AttemptRun, jail: LazySandbox): Promise<void> {
  const steps = await parts.ledger.ofAttempt(run.attempt.id);
  if (!steps.some((row) => row.name === "work" && row.done)) await jail.open();
}

/** Waits for both, so that neither is left running when the other fails; the first failure is the one that is thrown. */
async function bothSettled<Left, Right>(left: Promise<Left>, right: Promise<Right>): Promise<readonly [Left, Right]> {
  await Promise.allSettled([left, right]);
  return Promise.all([left, right]);
}

/**
 * Proves and lands; a spec branch that moved meanwhile asks for another round with a new candidate. The first round is
 * made beside other work, the ones after it in turn.
 */
async function landStage(parts: RunAttemptParts, run: AttemptRun, tip: string): Promise<Ending | null> {
  const first = await landRound(parts, run, { tip, round: 1 });
  if (first !== "overtaken") return first;
  using _turn = await parts.landingTurns.take(run.spec.id, run.signal);
  for (let round = 2; ; round += 1) {
    const ending = await landRound(parts, run, { tip, round });
    if (ending !== "overtaken") return ending;
  }
}

async function landRound(
  parts: RunAttemptParts,
  run: AttemptRun,
  { tip, round }: { readonly tip: string; readonly round: number },
): Promise<Ending | null | "overtaken"> {
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
  return (await land(parts, run, { proposal, tip, round })) ? null : "overtaken";
}

async function giveBack(
  parts: RunAttemptParts,
  claimed: Attempt,
  ending: Extract<Ending, { readonly kind: "send_back" }>,
): Promise<void> {
  await record(parts, claimed.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.fence(tx, claimed);
    const task = await parts.tasks.get(claimed.taskId, tx);
    await sendBack(parts, { tx, emit }, { attempt, task, move: ending.move, feedback: ending.feedback });
  });
}

/** The attempt is over: what it printed is complete, its sandbox can go. */
async function tidy(parts: RunAttemptParts, attempt: Attempt): Promise<void> {
  await parts.logs.end(attempt.id);
  const id = workSandboxId({ attempt });
  await parts.provider.destroy(id);
  await moveSandbox(parts, { id, move: "destroy" });
}

/**
 * What a thrown error means: parked when the process stops, nothing when the attempt is somebody else's or over, a
 * failed attempt when something this needs is missing. Anything else is a bug: the queue calls again, a few times.
 */
async function settleError(
  parts: RunAttemptParts,
  claimed: Attempt,
  seen: { readonly error: unknown; readonly why: InterruptReason | null },
): Promise<void> {
  if (seen.why === "parked") {
    const { pausedReason } = await parts.specs.get(claimed.specId);
    const stopped = { reason: "the server was stopped", until: "stopped" } as const;
    await parkAttempt(parts, claimed, pausedReason === null ? stopped : { reason: pausedReason, until: "resumed" });
    return;
  }
  if (seen.error instanceof AwaitsAnswer) {
    await parkAttempt(parts, claimed, { reason: "its agent has asked a question", until: "answered" });
    return;
  }
  if (seen.error instanceof ProviderWait) {
    await parkAttempt(parts, claimed, { reason: seen.error.message, until: seen.error.until });
    return;
  }
  if (seen.error instanceof FaultError && seen.error.fault.kind === "limit") {
    await waitForBudget(parts, claimed, {
      by: "budget",
      reason: describe(seen.error),
      until: seen.error.fault.until ?? null,
    });
    return;
  }
  const now = await parts.attempts.get(claimed.id);
  const over = !isLiveAttempt(now.state);
  if (over) await tidy(parts, claimed);
  if (over || now.epoch !== claimed.epoch) return;
  const expected = seen.error instanceof FaultError && seen.error.fault.kind !== "stale";
  if (!expected && claimed.epoch < maxClaims) throw seen.error;
  await giveBack(parts, claimed, {
    kind: "send_back",
    move: "fail",
    feedback: feedbackOf(seen.error),
  });
  await tidy(parts, claimed);
}

/** Nothing of the spec starts until there is budget again; this attempt then goes on where it stood. */
async function waitForBudget(parts: RunAttemptParts, claimed: Attempt, pause: Pause): Promise<void> {
  await pauseSpec(parts, { id: claimed.specId, projectId: claimed.projectId }, pause);
  await parkAttempt(parts, claimed, { reason: pause.reason, until: "resumed" });
}

/** What would fail every other attempt too, until somebody changes something, is not tried again by itself. */
function feedbackOf(error: unknown): Feedback {
  if (!(error instanceof FaultError) || error.fault.kind !== "unavailable" || error.fault.retryable)
    return { kind: "error", message: describe(error), items: [] };
  const items = faultFixes(error.fault).map((fix) => ({ subject: "", message: fix, tail: null }));
  return { kind: "machine", message: faultMessage(error.fault), items };
}

function describe(error: unknown): string {
  return error instanceof FaultError
    ? [faultMessage(error.fault), ...faultFixes(error.fault)].join(". ")
    : String(error);
}
