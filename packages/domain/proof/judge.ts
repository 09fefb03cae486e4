import { oneLine } from "../shared/plain-text.ts";
import type { Check, Criterion } from "../spec/plan.ts";
import type { Evidence, Verdict } from "./evidence.ts";

export const standings = ["met", "unmet", "judged"] as const;
/** met: proven on the tree. unmet: not proven. judged: no check can prove it, so a person has to look. */
export type Standing = (typeof standings)[number];

export interface CriterionJudgement {
  readonly criterionId: string;
  readonly label: string;
  readonly standing: Standing;
  readonly reason: string;
}

export interface Proof {
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
  readonly evidence: readonly Evidence[];
  /** Of several verdicts on one criterion the newest is the one that is looked at. */
  readonly verdicts: readonly Verdict[];
  /** The tree that is judged; evidence of any other tree proves nothing about it. */
  readonly tree: string;
}

/**
 * Which criteria a tree meets. A criterion is met when every one of its checks passed on exactly this tree, never failed
 * on it, and a verdict that counts says so. It takes both: a check can be wrong, and a validator can be talked into things.
 * Only a criterion that was met before any work has no verdict to wait for.
 */
export function judgeCriteria(proof: Proof): readonly CriterionJudgement[] {
  return proof.criteria.map((criterion) => ({
    criterionId: criterion.id,
    label: criterion.label,
    ...judgeCriterion(criterion, proof),
  }));
}

function judgeCriterion(
  { id: criterionId, acceptedReason }: Criterion,
  proof: Proof,
): Pick<CriterionJudgement, "standing" | "reason"> {
  const checks = proof.checks.filter((check) => check.criterionId === criterionId);
  if (checks.length === 0 && acceptedReason !== null)
    return { standing: "met", reason: `a person said yes: ${oneLine(acceptedReason, 300)}` };
  if (checks.length === 0) return { standing: "judged", reason: "no check can prove it, a person has to look" };
  const problem = checksProblem(checks, proof.evidence, proof.tree) ?? verdictProblem(criterionId, checks, proof);
  if (problem !== null) return { standing: "unmet", reason: problem };
  const passed =
    checks.length === 1 ? "its check passed on this tree" : `its ${checks.length} checks passed on this tree`;
  const agreed = verdictOn(criterionId, proof) === null ? "; it was met before the work" : " and the validator agrees";
  return { standing: "met", reason: `${passed}${agreed}` };
}

/** Why these checks do not prove what they check on this tree, or null when they do. */
export function checksProblem(checks: readonly Check[], evidence: readonly Evidence[], tree: string): string | null {
  for (const check of checks) {
    const runs = evidence.filter((run) => run.checkId === check.id && run.tree === tree);
    const failed = runs.filter((run) => !run.passed);
    const command = `check \`${oneLine(check.command, 120)}\``;
    const [first] = failed;
    if (runs.length === 0) return `${command} was not run on this tree`;
    if (first === undefined) continue;
    if (failed.length < runs.length)
      return `${command} passed only in ${runs.length - failed.length} of ${runs.length} runs`;
    return `${command} ${failureText(first)}`;
  }
  return null;
}

/** How a failed run of a check ended, for people. */
export function failureText(run: Pick<Evidence, "timedOut" | "exitCode">): string {
  if (run.timedOut) return "ran out of time";
  return run.exitCode === null ? "was ended by a signal" : `failed with exit code ${run.exitCode}`;
}

function verdictProblem(criterionId: string, checks: readonly Check[], proof: Proof): string | null {
  const verdict = verdictOn(criterionId, proof);
  if (verdict === null) return metBeforeWork(checks, proof.evidence) ? null : "no verdict was given on it";
  const ignored = verdict.voidReason ?? voidReason(verdict, proof.evidence, checks);
  if (ignored !== null) return `its verdict does not count: ${ignored}`;
  return verdict.met ? null : `the validator says it is not met: ${oneLine(verdict.reasoning, 500)}`;
}

function verdictOn(criterionId: string, { evidence, verdicts, tree }: Proof): Verdict | null {
  const runs = evidence.filter((run) => run.tree === tree);
  return newestVerdict(criterionId, runs, verdicts);
}

/**
 * The newest verdict on a criterion that is about what these runs of checks are of. A diff is judged once: the verdict on
 * it holds while its attempt's candidate is made anew on a newer spec tip.
 */
export function newestVerdict(
  criterionId: string,
  runs: readonly Evidence[],
  verdicts: readonly Verdict[],
): Verdict | null {
  const commits = new Set(runs.map((run) => run.commit));
  const attempts = new Set(runs.filter((run) => run.subject === "candidate").map((run) => run.attemptId));
  return verdicts
    .filter((one) => one.criterionId === criterionId)
    .filter((one) => commits.has(one.candidateCommit) || attempts.has(one.attemptId))
    .reduce<Verdict | null>(
      (newest, one) => (newest !== null && newest.createdAt > one.createdAt ? newest : one),
      null,
    );
}

/** Nobody's work has to be judged for a criterion that a tree met before any work on it began. */
function metBeforeWork(checks: readonly Check[], evidence: readonly Evidence[]): boolean {
  const base = evidence.filter((run) => run.subject === "base");
  return [...new Set(base.map((run) => run.tree))].some((tree) => checksProblem(checks, base, tree) === null);
}

/** What a validator says about a criterion, as far as it can be checked. */
export type VerdictClaim = Pick<Verdict, "criterionId" | "candidateCommit" | "met" | "evidence">;

/**
 * Why a verdict does not count, or null when it does. `evidence` is all there is of the spec, `checks` are the ones of
 * the verdict's criterion. A verdict of "not met" over green checks counts: checks do not see everything.
 */
export function voidReason(
  verdict: VerdictClaim,
  evidence: readonly Evidence[],
  checks: readonly Check[],
): string | null {
  if (verdict.evidence.length === 0) return "it cites no evidence";
  const byId = new Map(evidence.map((run) => [run.id, run]));
  const own = checks.filter((check) => check.criterionId === verdict.criterionId);
  const ownIds = new Set(own.map((check) => check.id));
  const tree = evidence.find((run) => run.commit === verdict.candidateCommit)?.tree;
  for (const id of verdict.evidence) {
    const run = byId.get(id);
    if (run === undefined) return `it cites ${oneLine(id, 60)}, which is no evidence`;
    if (!ownIds.has(run.checkId)) return `it cites ${oneLine(id, 60)}, which is about another criterion`;
    if (tree === undefined || run.tree !== tree) return `it cites ${oneLine(id, 60)}, which is of another tree`;
  }
  const problem = verdict.met && tree !== undefined ? checksProblem(own, evidence, tree) : null;
  return problem === null ? null : `it says met, but ${problem}`;
}
