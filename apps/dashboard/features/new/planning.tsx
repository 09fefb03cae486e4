import type { SpecCreated, SpecView } from "@omoios/contract/http-spec";
import { phases, type Phase } from "@omoios/domain/spec/state";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleSlash, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { specQuery } from "../../api/queries.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { specLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { DecisionBar } from "../spec/decision-bar.tsx";
import { decisionOf } from "../spec/decision.ts";
import { Questions } from "../spec/questions.tsx";
import { SpecLink } from "../spec/spec-link.tsx";
import { PlanSummary } from "./plan-summary.tsx";

/** A feature that was just asked for: its plan as it is made, and in place what the plan needs from the person. */
export function Planning({ created }: { readonly created: SpecCreated }): ReactNode {
  const reference = { id: created.spec.id, project: undefined };
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
    <section ref={show} className="card planning" aria-labelledby={`planning-${spec.id}`}>
      <header>
        <StatusPill look={specLooks[spec.status]} />
        <span className="id">{spec.label}</span>
        <h2 id={`planning-${spec.id}`}>{spec.title}</h2>
        <SpecLink spec={spec} button="outline">
          Open<span className="visually-hidden"> {spec.label}</span>
        </SpecLink>
      </header>
      <Notices created={created} />
      <ol>
        {phases.map((phase) => (
          <PhaseRow key={phase} spec={spec} phase={phase} />
        ))}
      </ol>
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

/** Below a form as long as a phone, an answer would not be seen. */
function show(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "start" });
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

function PhaseRow({ spec, phase }: { readonly spec: SpecView; readonly phase: Phase }): ReactNode {
  const standing = spec.plan.standing.find((each) => each.phase === phase);
  const refused = spec.phases.filter((output) => output.phase === phase && output.status === "refused").length;
  const isSkipped = spec.phases.some((output) => output.phase === phase && output.status === "skipped");
  const isCurrent = spec.status === "planning" && spec.phase === phase;
  const [Icon, tone] =
    standing !== undefined
      ? ([CircleCheck, "good"] as const)
      : isSkipped
        ? ([CircleSlash, "quiet"] as const)
        : isCurrent
          ? ([LoaderCircle, "live"] as const)
          : ([CircleDashed, "quiet"] as const);
  return (
    <li className="planning-phase">
      <Icon className="icon" data-tone={tone} data-turns={tone === "live" || undefined} aria-hidden />
      <span>{phase === "PRD" ? phase : phase.charAt(0) + phase.slice(1).toLowerCase()}</span>
      <span className="meta">{isSkipped ? `left out at size ${spec.size}` : phaseWords[phase]}</span>
      <span className="meta aside">
        {[
          standing?.score == null ? null : `score ${standing.score.toFixed(2)}`,
          refused > 0 ? `sent back ${refused === 1 ? "once" : `${refused} times`}` : null,
          isCurrent && standing === undefined ? "now" : null,
        ]
          .filter((fact) => fact !== null)
          .join(", ")}
      </span>
    </li>
  );
}

const phaseWords = {
  EXPLORE: "Reads the repository",
  PRD: "Says what it is for, and asks what is unclear",
  REQUIREMENTS: "Writes requirements with criteria that can be checked",
  DESIGN: "Decides how it is built",
  TASKS: "Splits it into tasks with checks and declared files",
  SYNC: "Proves that every requirement is covered",
  COMPLETE: "Seals the plan for your approval",
} as const satisfies Record<Phase, string>;
