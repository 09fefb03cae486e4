import type { SpecView } from "@omoios/contract/http-spec";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import { useSpecEvents } from "../../live/spec-events.ts";
import { clockTime } from "../../ui/ages.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { eventSentence } from "./event-sentence.ts";
import { GoalLine } from "./goal-line.tsx";
import { PhaseList } from "./phase-list.tsx";

/** How planning and work went and go: the phases, then everything that happened, the newest on top. */
export function Execution({ spec }: { readonly spec: SpecView }): ReactNode {
  return (
    <div className="execution">
      <GoalLine spec={spec} />
      <section>
        <h2 className="section-title">Planning</h2>
        <div className="card">
          <PhaseList spec={spec} />
        </div>
      </section>
      <SpecHistory specId={spec.id} />
    </div>
  );
}

function SpecHistory({ specId }: { readonly specId: string }): ReactNode {
  const lines = useSpecEvents(specId)
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
        <EmptyState icon={History} title="Nothing yet">
          Every step of planning and work is told here.
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
