import type { CriterionView, SpecView } from "@omoios/contract/http-spec";
import type { ProofState } from "../../ui/proof-bar.tsx";
import { proofState } from "./proof-state.ts";

/** One requirement as the tab shows it, planned or already carried out. */
interface ShownRequirement {
  readonly label: string;
  readonly text: string;
  readonly priority: "must" | "should";
  readonly criteria: readonly ShownCriterion[];
}

/** A criterion that is only planned has no standing yet. */
export type ShownCriterion =
  | { readonly planned: true; readonly label: string; readonly text: string; readonly commands: readonly string[] }
  | { readonly planned: false; readonly criterion: CriterionView; readonly state: ProofState };

/** The requirements of a spec, of its plan before they are published. */
export function shownRequirements(spec: SpecView): readonly ShownRequirement[] {
  if (spec.requirements.length > 0) {
    return spec.requirements.map((requirement) => ({
      ...requirement,
      criteria: spec.criteria
        .filter((criterion) => criterion.requirement === requirement.label)
        .map((criterion): ShownCriterion => ({ planned: false, criterion, state: proofState(criterion, spec.tasks) })),
    }));
  }
  const checks = spec.plan.work?.checks ?? [];
  return (spec.plan.requirements?.requirements ?? []).map(({ id, text, priority, criteria }) => ({
    label: id,
    text,
    priority,
    criteria: criteria.map((criterion): ShownCriterion => {
      const commands = checks.filter((check) => check.criterion === criterion.id).map(({ command }) => command);
      return { planned: true, label: criterion.id, text: criterion.text, commands };
    }),
  }));
}
