import type { StateTone } from "@omoios/contract/state-words";
import type { SpecView } from "@omoios/contract/http-spec";
import { phases, type Phase } from "@omoios/domain/spec/state";
import { CircleCheck, CircleDashed, CircleSlash, LoaderCircle, History, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useLive } from "../../live/live-store.ts";
import { clockTime } from "../../ui/ages.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { eventSentence } from "./event-sentence.ts";

/** How planning and work went and go: the phases, then everything that happened, the newest on top. */
export function Execution({ spec }: { readonly spec: SpecView }): ReactNode {
  return (
    <div className="execution">
      <section>
        <h2 className="section-title">Planning</h2>
        <ol className="card rows">
          {phases.map((phase) => (
            <PhaseRow key={phase} spec={spec} phase={phase} />
          ))}
        </ol>
      </section>
      <SpecHistory specId={spec.id} />
    </div>
  );
}

interface PhaseLook {
  readonly icon: LucideIcon;
  readonly tone: StateTone;
  readonly turns?: true;
}

function PhaseRow({ spec, phase }: { readonly spec: SpecView; readonly phase: Phase }): ReactNode {
  const outputs = spec.phases.filter((output) => output.phase === phase);
  const standing = spec.plan.standing.find((each) => each.phase === phase);
  const tries = outputs.length;
  const look = phaseLook(spec, phase);
  const Icon = look.icon;
  return (
    <li className="phase">
      <Icon className="icon" data-tone={look.tone} data-turns={look.turns} aria-hidden />
      <span>{phase}</span>
      <span className="meta">{phaseWord(spec, phase)}</span>
      <span className="meta aside">
        {[standing?.score == null ? null : `score ${standing.score.toFixed(2)}`, tries > 1 ? `version ${tries}` : null]
          .filter((fact) => fact !== null)
          .join(", ")}
      </span>
    </li>
  );
}

function phaseLook(spec: SpecView, phase: Phase): PhaseLook {
  if (spec.plan.standing.some((each) => each.phase === phase)) return { icon: CircleCheck, tone: "good" };
  if (isSkipped(spec, phase)) return { icon: CircleSlash, tone: "quiet" };
  const current = spec.status === "planning" && spec.phase === phase && spec.attention === null;
  return current ? { icon: LoaderCircle, tone: "live", turns: true } : { icon: CircleDashed, tone: "quiet" };
}

function phaseWord(spec: SpecView, phase: Phase): string {
  const stale = spec.plan.stale.includes(phase) ? ", out of date" : "";
  const refused = spec.phases.filter((output) => output.phase === phase && output.status === "refused").length;
  const back = refused === 0 ? "" : `, sent back ${refused === 1 ? "once" : `${refused} times`}`;
  if (spec.plan.standing.some((each) => each.phase === phase)) return `done${back}${stale}`;
  return isSkipped(spec, phase) ? `left out at size ${spec.size}` : `to come${back}`;
}

function isSkipped({ phases: outputs }: SpecView, phase: Phase): boolean {
  return outputs.some((output) => output.phase === phase && output.status === "skipped");
}

function SpecHistory({ specId }: { readonly specId: string }): ReactNode {
  const events = useLive(({ events: all }) => all);
  const lines = events
    .filter((event) => event.specId === specId)
    .flatMap((event) => {
      const sentence = eventSentence(event);
      return sentence === null ? [] : [{ ...sentence, seq: event.seq, at: event.at }];
    })
    .toReversed();
  return (
    <section>
      <h2 className="section-title">
        What happened <span className="count">{lines.length}</span>
      </h2>
      {lines.length === 0 ? (
        <EmptyState icon={History} title="Nothing among the newest events">
          Everything there is: <code>omoios events</code>
        </EmptyState>
      ) : (
        <ol className="card history">
          {lines.map(({ seq, at, subject, tone, text }) => (
            <li key={seq}>
              <time className="id" dateTime={at}>
                {clockTime(at)}
              </time>
              <span className="id">{subject}</span>
              <span className="history-text" data-tone={tone}>
                {text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
