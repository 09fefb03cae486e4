import type { Check, Criterion } from "../spec/plan.ts";
import type { Evidence } from "./evidence.ts";

export interface Calibration {
  /** Ids of criteria that all their checks find met before any work: there is nothing to prove by doing it. */
  readonly alreadyMet: readonly string[];
  /** Ids of criteria that work has to meet; one without checks, or whose checks disagree, is among them. */
  readonly open: readonly string[];
}

/** Which criteria are met before the work begins; `evidence` is what ran on the tree it begins from and nothing else. */
export function calibrate(
  criteria: readonly Criterion[],
  checks: readonly Check[],
  evidence: readonly Evidence[],
): Calibration {
  const isMet = (criterion: Criterion): boolean => {
    const own = checks.filter((check) => check.criterionId === criterion.id);
    return own.length > 0 && own.every((check) => alwaysPassed(check, evidence));
  };
  const alreadyMet = criteria.filter(isMet).map((criterion) => criterion.id);
  return { alreadyMet, open: criteria.map((criterion) => criterion.id).filter((id) => !alreadyMet.includes(id)) };
}

function alwaysPassed(check: Check, evidence: readonly Evidence[]): boolean {
  const runs = evidence.filter((run) => run.checkId === check.id);
  return runs.length > 0 && runs.every((run) => run.passed);
}
