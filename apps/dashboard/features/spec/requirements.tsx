import type { SpecView } from "@omoios/contract/http-spec";
import { ListChecks } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ProofCount, proofState } from "../../ui/proof-bar.tsx";
import { CriterionCard } from "./criterion-card.tsx";
import { EarsText } from "./ears-text.tsx";
import { shownRequirements, type ShownCriterion } from "./shown-requirements.ts";

/** What is asked, sentence by sentence, each with its criteria and how they stand. */
export function Requirements({ spec }: { readonly spec: SpecView }): ReactNode {
  const shown = shownRequirements(spec);
  if (shown.length === 0) {
    return (
      <EmptyState icon={ListChecks} title="No requirements yet">
        The planner writes them; they appear here as soon as their gate is passed.
      </EmptyState>
    );
  }
  return (
    <ol className="requirements">
      {shown.map((requirement) => (
        <li key={requirement.label}>
          <header>
            <span className="id">{requirement.label}</span>
            <span className="meta">{requirement.priority === "must" ? "Must" : "Should"}</span>
            <RequirementProof criteria={requirement.criteria} />
          </header>
          <h2>
            <EarsText text={requirement.text} />
          </h2>
          {requirement.criteria.map((each) => (
            <CriterionCard key={each.planned ? each.label : each.criterion.label} shown={each} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function RequirementProof({ criteria }: { readonly criteria: readonly ShownCriterion[] }): ReactNode {
  const states = criteria.flatMap((each) => (each.planned ? [] : [proofState(each.criterion)]));
  return (
    <span className="aside">
      {states.length === 0 ? `${criteria.length} criteria` : <ProofCount small states={states} />}
    </span>
  );
}
