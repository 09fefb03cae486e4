import type { StoredEvent } from "@omoios/contract/events";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useLive } from "../../live/live-store.ts";
import { clockTime } from "../../ui/ages.ts";
import { useServerNow } from "../../ui/use-now.ts";
import { nightStart } from "./night-lanes.ts";

const shownAtMost = 6;

/** Tasks that landed since the evening, the newest first. */
export function Finished(): ReactNode {
  const now = useServerNow();
  const events = useLive(({ events: all }) => all);
  const since = nightStart(new Date(now)).getTime();
  const landed = events
    .filter(isLanding)
    .filter(({ at }) => Date.parse(at) >= since)
    .toReversed();
  if (landed.length === 0) return null;
  return (
    <section aria-labelledby="finished">
      <h2 id="finished" className="section-title">
        Finished <span className="count">{landed.length}</span>
      </h2>
      <ul className="finished">
        {landed.slice(0, shownAtMost).map(({ seq, at, payload }) => (
          <li key={seq} className="card">
            <CircleCheck className="icon" data-tone="good" aria-hidden />
            <span>{payload.title}</span>
            <span className="meta">
              <time dateTime={at}>{clockTime(at)}</time> <span className="id">{payload.label}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Landing = Extract<StoredEvent, { readonly type: "task.moved" }>;

function isLanding(event: StoredEvent): event is Landing {
  return event.type === "task.moved" && event.payload.to === "complete";
}
