import type { SpecView } from "@omoios/contract/http-spec";
import { ListChecks, Pencil } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ProofCount } from "../../ui/proof-bar.tsx";
import { CriterionCard } from "./criterion-card.tsx";
import { isEditable } from "./decision.ts";
import { EarsText } from "./ears-text.tsx";
import { EditDialog, type Wording } from "./edit-dialog.tsx";
import { shownRequirements, type ShownCriterion } from "./shown-requirements.ts";

interface RequirementsProps {
  readonly spec: SpecView;
  readonly reference: Reference;
}

/** What is asked, sentence by sentence, each with its criteria and how they stand. */
export function Requirements({ spec, reference }: RequirementsProps): ReactNode {
  const [editing, setEditing] = useState<Wording | null>(null);
  const shown = shownRequirements(spec);
  if (shown.length === 0) {
    return (
      <EmptyState icon={ListChecks} title="No requirements yet">
        The planner writes them; they appear here as soon as their gate is passed.
      </EmptyState>
    );
  }
  const edit = isEditable(spec) ? setEditing : null;
  return (
    <>
      <ol className="requirements">
        {shown.map((requirement) => (
          <li key={requirement.label}>
            <header>
              <span className="id">{requirement.label}</span>
              <span className="meta">{requirement.priority === "must" ? "Must" : "Should"}</span>
              <RequirementProof criteria={requirement.criteria} />
              {edit !== null && (
                <EditButton wording={{ subject: requirement.label, text: requirement.text }} onEdit={edit} />
              )}
            </header>
            <h2>
              <EarsText text={requirement.text} />
            </h2>
            {requirement.criteria.map((each) => (
              <div key={each.planned ? each.label : each.criterion.label} className="criterion-line">
                <CriterionCard shown={each} />
                {edit !== null && each.planned && (
                  <EditButton wording={{ subject: each.label, text: each.text }} onEdit={edit} />
                )}
              </div>
            ))}
          </li>
        ))}
      </ol>
      {editing !== null && <EditDialog wording={editing} reference={reference} onClose={() => setEditing(null)} />}
    </>
  );
}

interface EditButtonProps {
  readonly wording: Wording;
  readonly onEdit: (wording: Wording) => void;
}

function EditButton({ wording, onEdit }: EditButtonProps): ReactNode {
  return (
    <Button variant="ghost" size="icon" aria-label={`Reword ${wording.subject}`} onClick={() => onEdit(wording)}>
      <Pencil className="icon" aria-hidden />
    </Button>
  );
}

function RequirementProof({ criteria }: { readonly criteria: readonly ShownCriterion[] }): ReactNode {
  const states = criteria.flatMap((each) => (each.planned ? [] : [each.state]));
  return (
    <span className="aside">
      {states.length === 0 ? (
        `${criteria.length} ${criteria.length === 1 ? "criterion" : "criteria"}`
      ) : (
        <ProofCount small states={states} />
      )}
    </span>
  );
}
