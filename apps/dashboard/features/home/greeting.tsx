import type { SpecStanding } from "@omoios/contract/http-system";
import type { ReactNode } from "react";
import { useLive } from "../../live/live-store.ts";
import { calendarDay, clockTime } from "../../ui/ages.ts";
import { useServerNow } from "../../ui/use-now.ts";
import { landingsSince } from "./landings.ts";
import { nightStart } from "./night-lanes.ts";

const numbers = ["Nothing", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things"];

/** The page in two lines: what needs the person, and what happened without them. */
export function Greeting({ standings }: { readonly standings: readonly SpecStanding[] }): ReactNode {
  const now = useServerNow();
  const needs = standings.reduce((sum, standing) => sum + standing.needs.length, 0);
  return (
    <div className="greeting">
      <div>
        <h1>
          {partOfDay(new Date(now))}. {numbers[needs] ?? `${needs} things`} {needs < 2 ? "needs" : "need"} you.
        </h1>
        <p>{useDoings(now)}</p>
      </div>
      <time dateTime={new Date(now).toISOString()}>
        {calendarDay(now)}, {clockTime(now)}
      </time>
    </div>
  );
}

function partOfDay(now: Date): string {
  const hour = now.getHours();
  if (hour < 5) return "Good night";
  if (hour < 12) return "Good morning";
  return hour < 18 ? "Good afternoon" : "Good evening";
}

function useDoings(now: number): string {
  const events = useLive(({ night }) => night);
  const since = nightStart(new Date(now)).getTime();
  const landed = landingsSince(events, since);
  const retried = events.filter(
    ({ at, type, payload }) => Date.parse(at) >= since && type === "task.moved" && payload.to === "retrying",
  );
  if (landed.length === 0 && retried.length === 0) return "Nothing has landed since the evening.";
  const tasks = `${landed.length} ${landed.length === 1 ? "task" : "tasks"} landed`;
  return retried.length === 0 ? `${tasks}.` : `${tasks}, ${retried.length} sent back and retried.`;
}
