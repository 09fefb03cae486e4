import type { ProgressView } from "@omoios/contract/http-spec";
import type { Candidate } from "@omoios/domain/landing/candidate";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { newestVerdict, type Standing } from "@omoios/domain/proof/judge";
import { goalOf as goalOverLandings, type Goal, type LandedState } from "@omoios/domain/spec/goal";
import type { Check, Criterion } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import { landedStates } from "./landed-states.ts";
import type { ReadParts } from "./read-parts.ts";

/** Everything that was proven or not about a spec, as it is stored. */
export interface ProofRecords {
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
  readonly evidence: readonly Evidence[];
  readonly verdicts: readonly Verdict[];
  readonly candidates: readonly Candidate[];
}

/** How one criterion stands on what has landed, and what says so. */
export interface CriterionStanding {
  readonly criterion: Criterion;
  readonly checks: readonly Check[];
  readonly standing: Standing;
  readonly met: boolean;
  /** Unmet now, and was met before. */
  readonly regressed: boolean;
  /** Null when it is met. */
  readonly why: string | null;
  /** Runs of its checks on what has landed; while there is none, those of the newest attempt. Oldest first. */
  readonly evidence: readonly Evidence[];
  /** The newest verdict on what `evidence` is about. */
  readonly verdict: Verdict | null;
}

/** Reads what a spec's goal is computed from. */
export async function readProof(parts: Pick<ReadParts, "plans" | "proofs">, specId: string): Promise<ProofRecords> {
  const [criteria, checks, evidence, verdicts, candidates] = await Promise.all([
    parts.plans.criteria(specId),
    parts.plans.checks(specId),
    parts.proofs.evidenceOfSpec(specId),
    parts.proofs.verdictsOfSpec(specId),
    parts.proofs.candidatesOfSpec(specId),
  ]);
  return { criteria, checks, evidence, verdicts, candidates };
}

/** How far a spec has come, landing by landing. */
export function goalOverTime(spec: Spec, proof: ProofRecords): Goal {
  return goalOverLandings({ ...proof, landings: landingsOf(spec, proof) });
}

/** How far a spec has come, as it is told. */
export function progressView({ counts, history }: Goal): ProgressView {
  const { unmet, judged, regressed } = counts;
  const told = history.map(({ commit, landedAt, ...then }) => ({
    ...{ commit, landedAt: landedAt.toISOString() },
    ...{ met: then.met, regressed: then.regressed },
  }));
  return { unmet, judged, regressed, history: told };
}

/** How every criterion of a spec stands on the tip of its branch, judged by the same rule that lets the spec end. */
export function criterionStandings(
  spec: Spec,
  proof: ProofRecords,
  goal = goalOverTime(spec, proof),
): readonly CriterionStanding[] {
  const tree = landingsOf(spec, proof).at(-1)?.tree ?? null;
  const byId = new Map(goal.criteria.map((judgement) => [judgement.criterionId, judgement]));
  return proof.criteria.map((criterion) => {
    const checks = proof.checks.filter((check) => check.criterionId === criterion.id);
    const evidence = restsOn(checks, proof.evidence, tree);
    const judgement = byId.get(criterion.id);
    if (judgement === undefined) throw new Error(`Criterion ${criterion.id} was not judged`);
    const met = judgement.standing === "met";
    const nothingYet = tree === null && judgement.standing === "unmet";
    const why = nothingYet ? "nothing has landed yet" : judgement.reason;
    const verdict = newestVerdict(criterion.id, evidence, proof.verdicts);
    const { standing, regressed } = judgement;
    return { criterion, checks, standing, met, regressed, why: met ? null : why, evidence, verdict };
  });
}

/** Criteria that are met, of all. */
export function goalOf(standings: readonly CriterionStanding[]): { readonly met: number; readonly total: number } {
  return { met: standings.filter((each) => each.met).length, total: standings.length };
}

/**
 * What the spec branch has been, oldest first: its base, whose tree is known once a check has run on it, then every
 * candidate that landed. Nothing else moves the branch.
 */
function landingsOf(spec: Spec, proof: ProofRecords): readonly LandedState[] {
  const baseTree = proof.evidence.find((run) => run.commit === spec.baseCommit)?.tree;
  const base = { commit: spec.baseCommit, landedAt: spec.requestedAt };
  const landed = landedStates(spec.baseCommit, proof.candidates);
  return [...(baseTree === undefined ? [] : [{ ...base, tree: baseTree }]), ...landed];
}

function restsOn(checks: readonly Check[], evidence: readonly Evidence[], tree: string | null): readonly Evidence[] {
  const ids = new Set(checks.map((check) => check.id));
  const runs = evidence
    .filter((run) => ids.has(run.checkId))
    .toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const onTree = runs.filter((run) => run.tree === tree);
  const newest = runs.at(-1);
  return onTree.length > 0 ? onTree : runs.filter((run) => run.attemptId === newest?.attemptId);
}
