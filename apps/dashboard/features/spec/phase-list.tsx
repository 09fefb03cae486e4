import type { StateTone } from "@omoios/contract/state-words";
import type { SpecView } from "@omoios/contract/http-spec";
import { phases, type Phase } from "@omoios/domain/spec/state";
import { CircleCheck, CircleDashed, CircleSlash, LoaderCircle, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { phaseName } from "./phase-name.ts";

/** The phases of planning, each with what it is for and how it went. */
export function PhaseList({ spec }: { readonly spec: SpecView }): ReactNode {
  return (
    <ol className="phases">
      {phases.map((phase) => (
        <PhaseRow key={phase} spec={spec} phase={phase} />
      ))}
    </ol>
  );
}

function PhaseRow({ spec, phase }: { readonly spec: SpecView; readonly phase: Phase }): ReactNode {
  const { icon: Icon, tone, turns } = phaseLook(spec, phase);
  return (
    <li className="phase">
      <Icon className="icon" data-tone={tone} data-turns={turns} aria-hidden />
      <span>{phaseName(phase)}</span>
      <span className="meta">{isSkipped(spec, phase) ? `left out at size ${spec.size}` : purposes[phase]}</span>
      <span className="meta aside">{phaseFacts(spec, phase).join(" · ")}</span>
    </li>
  );
}

const purposes = {
  EXPLORE: "Reads the repository",
  PRD: "Says what it is for, and asks what is unclear",
  REQUIREMENTS: "Writes requirements with criteria that can be checked",
  DESIGN: "Decides how it is built",
  TASKS: "Splits it into tasks with checks and declared files",
  SYNC: "Proves that every requirement is covered",
  COMPLETE: "Seals the plan for your approval",
} as const satisfies Record<Phase, string>;

interface PhaseLook {
  readonly icon: LucideIcon;
  readonly tone: StateTone;
  readonly turns?: true;
}

function phaseLook(spec: SpecView, phase: Phase): PhaseLook {
  if (isDone(spec, phase)) return { icon: CircleCheck, tone: "good" };
  if (isSkipped(spec, phase)) return { icon: CircleSlash, tone: "quiet" };
  return isCurrent(spec, phase)
    ? { icon: LoaderCircle, tone: "live", turns: true }
    : { icon: CircleDashed, tone: "quiet" };
}

function phaseFacts(spec: SpecView, phase: Phase): readonly string[] {
  const refused = spec.phases.filter((output) => output.phase === phase && output.status === "refused").length;
  const score = spec.plan.standing.find((each) => each.phase === phase)?.score ?? null;
  return [
    ...(refused === 0 ? [] : [`sent back ${refused === 1 ? "once" : `${refused} times`}`]),
    ...(spec.plan.stale.includes(phase) ? ["out of date"] : []),
    ...(score === null ? [] : [`score ${score.toFixed(2)}`]),
    ...(isCurrent(spec, phase) && !isDone(spec, phase) ? ["now"] : []),
  ];
}

function isDone({ plan }: SpecView, phase: Phase): boolean {
  return plan.standing.some((each) => each.phase === phase);
}

function isSkipped({ phases: outputs }: SpecView, phase: Phase): boolean {
  return outputs.some((output) => output.phase === phase && output.status === "skipped");
}

function isCurrent({ status, phase: current, attention }: SpecView, phase: Phase): boolean {
  return status === "planning" && current === phase && attention === null;
}
