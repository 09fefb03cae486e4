import { checksProblem, judgeCriteria, type CriterionJudgement, type Proof } from "../proof/judge.ts";

/** One state of the spec branch: what it became when a candidate landed. */
export interface LandedState {
  readonly commit: string;
  readonly tree: string;
  readonly landedAt: Date;
}

export interface GoalCounts {
  readonly met: number;
  readonly unmet: number;
  readonly judged: number;
  readonly total: number;
  /** Of the unmet ones, those that were met before. */
  readonly regressed: number;
}

export interface GoalCriterion extends CriterionJudgement {
  /** The landed commit on which it was last found met, or null. */
  readonly metAt: string | null;
  readonly regressed: boolean;
}

/** How far a spec is: the newest standing of each criterion, and the counts after each landing, oldest first. */
export interface Goal {
  readonly counts: GoalCounts;
  readonly criteria: readonly GoalCriterion[];
  readonly history: readonly (GoalCounts & { readonly commit: string; readonly landedAt: Date })[];
}

/**
 * The read model of a spec's progress. Each landing runs all checks again on the tree it lands, so a standing always is
 * one of that tree. A verdict outlives later landings: it was about intent, and the checks that run again show whether
 * what it judged still holds.
 */
export function goalOf(facts: Omit<Proof, "tree"> & { readonly landings: readonly LandedState[] }): Goal {
  let criteria: readonly GoalCriterion[] = facts.criteria.map((criterion): GoalCriterion => ({
    criterionId: criterion.id,
    label: criterion.label,
    standing: facts.checks.some((check) => check.criterionId === criterion.id) ? "unmet" : "judged",
    reason: "nothing has landed",
    metAt: null,
    regressed: false,
  }));
  const metAt = new Map<string, string>();
  const history = [...facts.landings]
    .sort((left, right) => left.landedAt.getTime() - right.landedAt.getTime())
    .map((landing) => {
      criteria = afterLanding(metAt, facts, landing);
      for (const { criterionId, standing } of criteria) if (standing === "met") metAt.set(criterionId, landing.commit);
      return { ...countsOf(criteria), commit: landing.commit, landedAt: landing.landedAt };
    });
  return { counts: countsOf(criteria), criteria, history };
}

function afterLanding(
  metAt: ReadonlyMap<string, string>,
  facts: Omit<Proof, "tree">,
  landing: LandedState,
): readonly GoalCriterion[] {
  return judgeCriteria({ ...facts, tree: landing.tree }).map((judgement): GoalCriterion => {
    const before = metAt.get(judgement.criterionId) ?? null;
    if (judgement.standing === "met") return { ...judgement, metAt: landing.commit, regressed: false };
    if (before === null) return { ...judgement, metAt: null, regressed: false };
    if (stillHolds(judgement.criterionId, facts, landing)) {
      const reason = "its checks passed again on this tree";
      return { ...judgement, standing: "met", reason, metAt: landing.commit, regressed: false };
    }
    return { ...judgement, metAt: before, regressed: true };
  });
}

/** The checks pass again, and nobody judged the criterion anew with this landing. */
function stillHolds(criterionId: string, facts: Omit<Proof, "tree">, landing: LandedState): boolean {
  const checks = facts.checks.filter((check) => check.criterionId === criterionId);
  const judgedAnew = facts.verdicts.some(
    (verdict) => verdict.criterionId === criterionId && verdict.candidateCommit === landing.commit,
  );
  return !judgedAnew && checksProblem(checks, facts.evidence, landing.tree) === null;
}

function countsOf(criteria: readonly GoalCriterion[]): GoalCounts {
  const count = (standing: GoalCriterion["standing"]): number =>
    criteria.filter((criterion) => criterion.standing === standing).length;
  return {
    met: count("met"),
    unmet: count("unmet"),
    judged: count("judged"),
    total: criteria.length,
    regressed: criteria.filter((criterion) => criterion.regressed).length,
  };
}
