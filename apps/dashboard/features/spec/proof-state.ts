import type { CriterionView, SpecView } from "@omoios/contract/http-spec";
import type { ProofState } from "../../ui/proof-bar.tsx";

/**
 * How a criterion stands, for one look. Red is only a candidate that failed: before the work every check is expected to fail,
 * which says nothing about it.
 */
export function proofState(
  criterion: Pick<CriterionView, "standing" | "met" | "tasks" | "evidence">,
  tasks: SpecView["tasks"],
): ProofState {
  if (criterion.met) return criterion.standing === "judged" ? "judged" : "proven";
  const beingProven = tasks.some(({ label, status }) => status === "validating" && criterion.tasks.includes(label));
  if (beingProven) return "checking";
  const newest = criterion.evidence.findLast(({ subject }) => subject === "candidate");
  return newest?.passed === false ? "failed" : "not-run";
}

/** How the criteria of a spec stand, of all or of those that one of its tasks has to meet. */
export function proofStates(spec: Pick<SpecView, "criteria" | "tasks">, task?: string): readonly ProofState[] {
  const own = task === undefined ? spec.criteria : spec.criteria.filter(({ tasks }) => tasks.includes(task));
  return own.map((criterion) => proofState(criterion, spec.tasks));
}
