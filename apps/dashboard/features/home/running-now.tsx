import type { SpecStanding } from "@omoios/contract/http-system";
import { phases } from "@omoios/domain/spec/state";
import { Bot } from "lucide-react";
import type { ReactNode } from "react";
import { Age } from "../../ui/age.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Heartbeat } from "../../ui/heartbeat.tsx";
import { agentLooks, attemptLooks } from "../../ui/state-look.ts";
import { phaseName } from "../spec/phase-name.ts";
import { SpecLink } from "../spec/spec-link.tsx";

/** Agents and planners at work. */
export function RunningNow({ standings }: { readonly standings: readonly SpecStanding[] }): ReactNode {
  const planning = standings.filter(({ spec, needs }) => spec.status === "planning" && needs.length === 0);
  const working = standings.flatMap((standing) => standing.working.map((work) => ({ standing, work })));
  const none = planning.length + working.length === 0;
  return (
    <section className="card running" aria-labelledby="running">
      <header>
        <h2 id="running">Running now</h2>
        <span className="aside">{none ? null : `${planning.length + working.length} at work`}</span>
      </header>
      {none && (
        <EmptyState icon={Bot} title="No agent is at work">
          Describe a feature: <code>omoios run "…"</code>
        </EmptyState>
      )}
      <ul className="rows">
        {working.map(({ standing, work }) => (
          <li key={`${work.task.id} ${work.attempt}`} className="work">
            <Heartbeat agentState={work.agentState} proving={work.state === "proving"} beatAt={work.beatAt} />
            <SpecLink spec={standing.spec}>{work.task.title}</SpecLink>
            <span className="id">{work.task.label}</span>
            <span className="meta">{workWords(work)}</span>
            <span className="meta aside">{work.startedAt === null ? null : <Age since={work.startedAt} />}</span>
          </li>
        ))}
        {planning.map(({ spec }) => (
          <li key={spec.id} className="work">
            <span className="heartbeat">
              <i data-kind="live" aria-hidden />
            </span>
            <SpecLink spec={spec}>{spec.title}</SpecLink>
            <span className="id">{spec.label}</span>
            <span className="meta">
              {phaseName(spec.phase)}, phase {phases.indexOf(spec.phase) + 1} of {phases.length}
            </span>
            <span className="meta aside">
              <Age since={spec.requestedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function workWords({ state, agentState, attempt }: SpecStanding["working"][number]): string {
  const doing = state === "working" && agentState !== "active" ? agentLooks[agentState].word : attemptLooks[state].word;
  return attempt === 1 ? doing : `${doing}, attempt ${attempt}`;
}
