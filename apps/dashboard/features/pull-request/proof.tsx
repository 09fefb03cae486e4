import type { CriterionView, SpecView } from "@omoios/contract/http-spec";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CheckRun } from "../../ui/check-run.tsx";
import { proofWords } from "../../ui/proof-bar.tsx";
import { proofLooks } from "../../ui/proof-looks.ts";
import { proofState } from "../spec/proof-state.ts";

/** Each criterion with the evidence it rests on and the tasks that brought it; what no check can prove comes first. */
export function Proof({ spec, headCommit }: { readonly spec: SpecView; readonly headCommit: string }): ReactNode {
  const order = { unmet: 0, judged: 1, met: 2 } as const;
  const sorted = spec.criteria.toSorted((left, right) => order[left.standing] - order[right.standing]);
  return (
    <section aria-labelledby="proof">
      <h2 id="proof" className="section-title">
        Proof{" "}
        <span className="aside">
          at <code>{headCommit.slice(0, 7)}</code>
        </span>
      </h2>
      <ul>
        {sorted.map((criterion) => (
          <CriterionProof key={criterion.label} criterion={criterion} spec={spec} />
        ))}
      </ul>
    </section>
  );
}

function CriterionProof({
  criterion,
  spec,
}: {
  readonly criterion: CriterionView;
  readonly spec: SpecView;
}): ReactNode {
  const state = proofState(criterion, spec.tasks);
  const { icon: Icon, tone } = proofLooks[state];
  const { label, text, evidence, verdict, tasks, why } = criterion;
  return (
    <li className="proof">
      <Icon className="icon" data-tone={tone} aria-hidden />
      <div>
        <p>
          <span className="id">{label}</span> {text} <span className="visually-hidden">{proofWords[state]}</span>
        </p>
        {why !== null && <p className="meta">{why}</p>}
        {evidence.map((run) => (
          <CheckRun key={run.id} run={run} at={`on ${run.commit.slice(0, 7)}`} />
        ))}
        {state === "judged" && verdict !== null && (
          <p className="meta">
            Read by the validator, {verdict.confidence.toFixed(2)}: {verdict.reasoning}
          </p>
        )}
        <p className="meta">
          {tasks.map((task) => (
            <Link
              key={task}
              className="link"
              to="/tasks/$task"
              params={{ task: spec.tasks.find((each) => each.label === task)?.id ?? task }}
            >
              {task}
            </Link>
          ))}
        </p>
      </div>
    </li>
  );
}
