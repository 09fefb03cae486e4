import type { StateTone } from "@omoios/contract/state-words";
import type { SpecStanding } from "@omoios/contract/http-system";
import { ClipboardCheck, GitMerge, GitPullRequest, Hand, OctagonX, RotateCcw, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useLive } from "../../live/live-store.ts";
import { clockTime } from "../../ui/ages.ts";
import { NightLine, type NightLane, type NightMark } from "../../ui/night-line.tsx";
import { specLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { useServerNow } from "../../ui/use-now.ts";
import { SpecLink } from "../spec/spec-link.tsx";
import { nightStart, specNights, type NightMoment, type SpecNight } from "./night-lanes.ts";

const marks = {
  "sent-back": { icon: RotateCcw, tone: "watch" },
  question: { icon: Hand, tone: "you" },
  plan: { icon: ClipboardCheck, tone: "you" },
  review: { icon: GitPullRequest, tone: "you" },
  merged: { icon: GitMerge, tone: "good" },
  failed: { icon: OctagonX, tone: "bad" },
} as const satisfies Record<NightMoment["kind"], { readonly icon: LucideIcon; readonly tone: StateTone }>;

const minuteMs = 60_000;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180].map((minutes) => minutes * minuteMs);

/** How the night went: a lane for every unfinished spec something happened to. */
export function Night({ standings }: { readonly standings: readonly SpecStanding[] }): ReactNode {
  const now = useServerNow();
  const events = useLive(({ night }) => night);
  const start = nightStart(new Date(now)).getTime();
  const nights = specNights(events, now).filter(({ bars }) => bars.some(({ to }) => to > start));
  const shown = standings.flatMap((standing) => {
    const night = nights.find(({ specId }) => specId === standing.spec.id);
    return night === undefined ? [] : [{ standing, night }];
  });
  if (shown.length === 0) return null;
  const range = rangeOf(
    shown.map(({ night }) => night),
    { start, now },
  );
  return (
    <section className="card night-card" aria-labelledby="night">
      <header>
        <h2 id="night">{new Date(now).getHours() < 12 ? "The night" : "The day"}</h2>
        <span className="meta">{clockTime(range.from)} to now</span>
        <Legend />
      </header>
      <NightLine
        range={range}
        ticks={ticksOf(range)}
        lanes={shown.map(({ standing, night }) => laneOf(standing, night, range.from))}
        now={clockTime(now)}
      />
    </section>
  );
}

function laneOf({ spec }: SpecStanding, night: SpecNight, from: number): NightLane {
  return {
    key: spec.id,
    label: (
      <SpecLink spec={spec}>
        <span className="id">{spec.label}</span> {spec.title}
      </SpecLink>
    ),
    bars: night.bars.filter(({ to }) => to > from),
    marks: night.moments
      .filter(({ at }) => at >= from)
      .map((moment): NightMark => ({ ...marks[moment.kind], ...moment })),
    state: <StatusPill look={specLooks[spec.status]} bare />,
  };
}

/** From the evening, or from when the first spec began if that was later. */
function rangeOf(
  nights: readonly SpecNight[],
  { start, now }: { readonly start: number; readonly now: number },
): { readonly from: number; readonly to: number } {
  const first = Math.min(...nights.flatMap(({ bars }) => bars.map(({ from }) => from)));
  return { from: Math.max(start, Math.min(first, now - minuteMs)), to: now };
}

function ticksOf({ from, to }: { readonly from: number; readonly to: number }): { at: number; label: string }[] {
  const step = steps.find((each) => (to - from) / each <= 10) ?? steps.at(-1) ?? 60 * minuteMs;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at < to - step / 2; at += step) ticks.push({ at, label: clockTime(at) });
  return ticks;
}

function Legend(): ReactNode {
  return (
    <p className="night-legend" aria-hidden>
      <span>
        <i data-kind="live" /> Working
      </span>
      <span>
        <i data-kind="proof" /> Being proven
      </span>
      <span>
        <i data-kind="waiting" /> Waiting
      </span>
      <span>
        <i data-kind="you" /> Waits for you
      </span>
    </p>
  );
}
