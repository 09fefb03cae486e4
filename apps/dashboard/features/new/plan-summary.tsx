import type { SpecView } from "@omoios/contract/http-spec";
import type { ReactNode } from "react";

/** What somebody says yes to who approves the plan here: what will be proven, and by which tasks. */
export function PlanSummary({ spec: { plan } }: { readonly spec: SpecView }): ReactNode {
  const criteria = plan.requirements?.requirements.flatMap((requirement) => requirement.criteria) ?? [];
  const tasks = plan.work?.tasks ?? [];
  return (
    <div className="plan-summary">
      <Lines title="Done when" lines={criteria.map(({ id, text }) => ({ id, text }))} />
      <Lines title="Tasks" lines={tasks.map(({ id, title }) => ({ id, text: title }))} />
    </div>
  );
}

interface LinesProps {
  readonly title: string;
  readonly lines: readonly { readonly id: string; readonly text: string }[];
}

function Lines({ title, lines }: LinesProps): ReactNode {
  if (lines.length === 0) return null;
  return (
    <section>
      <h3 className="section-title">
        {title} <span className="count">{lines.length}</span>
      </h3>
      <ul>
        {lines.map(({ id, text }) => (
          <li key={id}>
            <span className="id">{id}</span>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
