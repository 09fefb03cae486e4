import type { AttemptView, EvidenceView, TaskView, VerdictView } from "@omoios/contract/http-task";
import type { ProofState } from "../../ui/proof-bar.tsx";

/** How one criterion of a task stands in one attempt. */
export interface CriterionProof {
  readonly label: string;
  readonly text: string;
  readonly state: ProofState;
  /** Runs of its checks on the newest commit they were run on, and before the work; the newest first. */
  readonly runs: readonly EvidenceView[];
  readonly verdict: VerdictView | null;
}

/** The criteria of a task as one attempt proved them; without an attempt, nothing was run. */
export function criterionProofs(task: TaskView, attempt: AttemptView | undefined): readonly CriterionProof[] {
  return task.criteria.map(({ label, text }) => {
    const all = (attempt?.evidence ?? []).filter(({ criterion }) => criterion === label).toReversed();
    const newest = all.find(({ subject }) => subject !== "base")?.commit;
    const runs = all.filter(({ subject, commit }) => subject === "base" || commit === newest);
    const verdict = attempt?.verdicts.findLast(({ criterion }) => criterion === label) ?? null;
    return { label, text, state: stateOf({ attempt, runs, verdict }), runs, verdict };
  });
}

function stateOf(seen: {
  readonly attempt: AttemptView | undefined;
  readonly runs: readonly EvidenceView[];
  readonly verdict: VerdictView | null;
}): ProofState {
  const { attempt, runs, verdict } = seen;
  const [newest] = runs.filter(({ subject }) => subject !== "base");
  const said = verdict !== null && verdict.voidReason === null ? verdict.met : null;
  if (said === false || newest?.passed === false) return "failed";
  if (newest === undefined) return said === true ? "judged" : attempt?.state === "proving" ? "checking" : "not-run";
  return runs.every(({ subject, passed }) => passed || subject === "base") ? "proven" : "failed";
}
