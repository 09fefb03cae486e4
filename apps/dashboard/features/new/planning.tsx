import type { SpecCreated } from "@omoios/contract/http-spec";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { specQuery } from "../../api/queries.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { specLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { DecisionBar } from "../spec/decision-bar.tsx";
import { decisionOf } from "../spec/decision.ts";
import { PhaseList } from "../spec/phase-list.tsx";
import { Questions } from "../spec/questions.tsx";
import { SpecLink } from "../spec/spec-link.tsx";
import { PlanSummary } from "./plan-summary.tsx";

interface PlanningProps {
  readonly specId: string;
  /** What was said when it was asked for; null after a reload. */
  readonly created: SpecCreated | null;
}

/** A feature that was just asked for: its plan as it is made, and in place what the plan needs from the person. */
export function Planning({ specId, created }: PlanningProps): ReactNode {
  const reference = { id: specId, project: undefined };
  const { data: spec, error, refetch } = useQuery(specQuery(reference));
  if (spec === undefined) {
    return error === null ? (
      <SkeletonRows label="Reading the plan" rows={4} />
    ) : (
      <ProblemNotice error={error} what="The plan could not be read" onRetry={() => void refetch()} />
    );
  }
  const decision = decisionOf(spec);
  return (
    <section className="card planning" aria-labelledby={`planning-${spec.id}`}>
      <header>
        <StatusPill look={specLooks[spec.status]} />
        <span className="id">{spec.label}</span>
        <h2 id={`planning-${spec.id}`}>{spec.title}</h2>
        <SpecLink spec={spec} button="outline">
          Open<span className="visually-hidden"> {spec.label}</span>
        </SpecLink>
      </header>
      {created !== null && <Notices created={created} />}
      <PhaseList spec={spec} />
      <Questions spec={spec} reference={reference} />
      {decision?.kind === "plan" && <PlanSummary spec={spec} />}
      {decision === null ? (
        <p className="meta planning-foot">It goes on without this page.</p>
      ) : (
        <DecisionBar spec={spec} reference={reference} />
      )}
    </section>
  );
}

function Notices({ created: { leftOut, notices } }: { readonly created: SpecCreated }): ReactNode {
  if (leftOut.count === 0 && notices.length === 0) return null;
  return (
    <div className="note">
      {leftOut.count > 0 && (
        <p>
          {leftOut.count} uncommitted {leftOut.count === 1 ? "file is" : "files are"} left out:{" "}
          <code>{leftOut.paths.slice(0, 5).join(", ")}</code>
          {leftOut.count > 5 && " and more"}
        </p>
      )}
      {notices.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
    </div>
  );
}
