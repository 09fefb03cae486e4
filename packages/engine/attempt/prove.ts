import type { FeedbackItem } from "@omoios/domain/attempt/attempt";
import { about, named } from "./attempt-event.ts";
import { evidenceSchema, recordEvidence, runChecks } from "./run-checks.ts";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { failureText, judgeCriteria } from "@omoios/domain/proof/judge";
import type { Check, Criterion } from "@omoios/domain/spec/plan";
import { z } from "zod";
import type { Emit } from "../use-cases/record.ts";
import { record } from "../use-cases/record.ts";
import type { Transaction } from "../ports/database.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import type { Proposal } from "./propose.ts";
import { step } from "./step.ts";
import { validate } from "./validate.ts";

/**
 * Proves a candidate: runs this task's checks and those of everything that landed before on exactly that commit, has the
 * validator judge the task's criteria, and lets code decide. Null when it may land.
 */
export async function prove(
  parts: AttemptParts,
  run: AttemptRun,
  candidate: { readonly proposal: Proposal; readonly round: number },
): Promise<Ending | null> {
  const landed = await landedCriteria(parts, run, candidate.proposal);
  const criteria = [...run.criteria, ...landed];
  const goal = await goalNow(parts, run);
  const isLanded = (check: Check): boolean => landed.some((criterion) => criterion.id === check.criterionId);
  const checks = [...run.checks, ...goal.checks.filter(isLanded)];
  const evidence = await check(parts, { ...run, goal }, { ...candidate, checks });
  const verdicts = run.criteria.length === 0 ? [] : await validate(parts, run, { ...candidate, evidence });
  const earlier = await parts.proofs.verdictsOfSpec(run.spec.id);
  const ending = judge(run, {
    ...candidate,
    criteria,
    landed,
    checks,
    // Another attempt may have left the same tree, and seen a check fail on it; a verdict may rest on an earlier round's.
    evidence: await parts.proofs.evidenceOfSpec(run.spec.id),
    verdicts: [...earlier, ...verdicts],
  });
  await record(parts, run.project.id, async (tx, emit) => {
    await parts.attempts.fence(tx, run.holder);
    await moveCandidate(parts, run, {
      tx,
      emit,
      proposal: candidate.proposal,
      move: ending === null ? "prove" : "return",
      reason: endingReason(ending),
    });
  });
  return ending;
}

/** What the spec has to prove by now: work that was found, or planned anew, since this attempt began has landed, too. */
async function goalNow(parts: AttemptParts, { spec }: AttemptRun): Promise<AttemptRun["goal"]> {
  const [criteria, checks] = await Promise.all([parts.plans.criteria(spec.id), parts.plans.checks(spec.id)]);
  return { criteria, checks };
}

/**
 * Criteria of what the candidate was made on, which has to stay true. What lands while it is being proven is not in it:
 * landing refuses a candidate that was overtaken, and the next one is asked for that too. Of an attempt whose process
 * died over its landing, or is about to write it down, the task is not complete yet; of a task that was met from the
 * start nothing landed.
 */
async function landedCriteria(parts: AttemptParts, run: AttemptRun, on: Proposal): Promise<readonly Criterion[]> {
  const [tasks, attempts, candidates] = await Promise.all([
    parts.tasks.ofSpec(run.spec.id),
    parts.attempts.ofSpec(run.spec.id),
    parts.proofs.candidatesOfSpec(run.spec.id),
  ]);
  const taskOf = new Map(attempts.map((attempt) => [attempt.id, attempt.taskId]));
  const within = new Set<string>();
  const beyond = new Set<string>();
  for (const candidate of candidates) {
    const taskId = taskOf.get(candidate.attemptId);
    if (taskId === undefined || (candidate.state !== "proven" && candidate.state !== "landed")) continue;
    const isIn = await run.hub.isAncestor(candidate.commit, on.specTip);
    (isIn ? within : beyond).add(taskId);
  }
  const complete = tasks.filter((task) => task.status === "complete" && !beyond.has(task.id)).map((task) => task.id);
  const ids = new Set([...complete, ...within]);
  ids.delete(run.task.id);
  const landed = await Promise.all([...ids].map((id) => parts.plans.criteriaOfTask(id)));
  const own = new Set(run.criteria.map((criterion) => criterion.id));
  // Landed once, and now to be brought in line with new words: its task answers for it.
  const open = tasks.filter((task) => !ids.has(task.id) && task.status !== "complete" && task.status !== "cancelled");
  for (const task of open) for (const { id } of await parts.plans.criteriaOfTask(task.id)) own.add(id);
  return [...new Map(landed.flat().map((criterion) => [criterion.id, criterion])).values()].filter(
    (criterion) => !own.has(criterion.id),
  );
}

async function check(
  parts: AttemptParts,
  run: AttemptRun,
  on: { readonly proposal: Proposal; readonly round: number; readonly checks: readonly Check[] },
): Promise<readonly Evidence[]> {
  return step<readonly Evidence[]>(parts, run, {
    name: `checks-${on.round}`,
    output: z.array(evidenceSchema),
    body: () => runChecks(parts, run, { checks: on.checks, subject: "candidate", commit: on.proposal.commit }),
    commit: ({ tx, emit }, evidence) => recordEvidence(parts, run, { tx, emit, evidence }),
  });
}

function judge(
  run: AttemptRun,
  proof: {
    readonly proposal: Proposal;
    readonly criteria: readonly Criterion[];
    readonly landed: readonly Criterion[];
    readonly checks: readonly Check[];
    readonly evidence: readonly Evidence[];
    readonly verdicts: readonly Verdict[];
  },
): Ending | null {
  const judgements = judgeCriteria({ ...proof, tree: proof.proposal.tree });
  const onTree = proof.evidence.filter((one) => one.tree === proof.proposal.tree);
  const redChecks = (criterionId: string) =>
    onTree.filter(
      (one) => !one.passed && proof.checks.some((own) => own.id === one.checkId && own.criterionId === criterionId),
    );
  const failed = judgements.filter((judgement) =>
    run.criteria.some((own) => own.id === judgement.criterionId)
      ? judgement.standing === "unmet"
      : // The verdict on what landed before was given on its own candidate; here its checks have to stay green.
        redChecks(judgement.criterionId).length > 0,
  );
  if (failed.length === 0) return null;
  const items = failed.map((judgement): FeedbackItem => {
    const reds = redChecks(judgement.criterionId);
    const red = reds.find((one) => one.attemptId === run.attempt.id) ?? reds[0];
    // The next agent reads this, and is not to be told the command its work is checked with.
    const message = red === undefined ? judgement.reason : redText(red, run);
    return { subject: judgement.label, message, tail: red?.tail ?? null };
  });
  return {
    kind: "send_back",
    move: "reject",
    feedback: { kind: "criteria", message: unmetText(items), items },
  };
}

function redText(red: Evidence, run: AttemptRun): string {
  if (red.attemptId === run.attempt.id) return `its check ${failureText(red)}`;
  return `its check passed now, but ${failureText(red)} on the very same tree in an earlier attempt: it does not give the same answer every time`;
}

function unmetText(items: readonly FeedbackItem[]): string {
  const [only, ...others] = items;
  if (only !== undefined && others.length === 0) return `${only.subject} not met: ${only.message}`;
  return `${items.map((item) => item.subject).join(", ")} not met`;
}

export async function moveCandidate(
  parts: AttemptParts,
  run: AttemptRun,
  change: {
    readonly tx: Transaction;
    readonly emit: Emit;
    readonly proposal: Proposal;
    readonly move: "prove" | "land" | "return";
    readonly reason: string | null;
  },
): Promise<void> {
  const seen = await parts.proofs.candidate(run.attempt.id, change.proposal.specTip, change.tx);
  const target = { prove: "proven", land: "landed", return: "returned" }[change.move];
  // A process that took over walks past moves that were made already.
  if (seen.state === target || seen.state === "landed" || seen.state === "returned") return;
  const moved = await parts.proofs.moveCandidate(change.tx, seen, {
    move: change.move,
    at: parts.clock.now(),
    ...(change.reason === null ? {} : { reason: change.reason }),
  });
  change.emit({
    type: "candidate.moved",
    ...about(run),
    payload: {
      ...named(run),
      commit: moved.commit,
      from: seen.state,
      to: moved.state,
      reason: moved.reason,
    },
  });
}

function endingReason(ending: Ending | null): string | null {
  return ending?.kind === "send_back" ? ending.feedback.message : null;
}
