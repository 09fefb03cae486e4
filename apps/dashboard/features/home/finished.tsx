import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useLive } from "../../live/live-store.ts";
import { clockTime } from "../../ui/ages.ts";
import { useServerNow } from "../../ui/use-now.ts";
import { landingsSince } from "./landings.ts";
import { nightStart } from "./night-lanes.ts";

const shownAtMost = 6;

/** Tasks that landed since the evening, the newest first. */
export function Finished(): ReactNode {
  const now = useServerNow();
  const events = useLive(({ night }) => night);
  const landed = landingsSince(events, nightStart(new Date(now)).getTime()).toReversed();
  if (landed.length === 0) return null;
  return (
    <section aria-labelledby="finished">
      <h2 id="finished" className="section-title">
        Finished <span className="count">{landed.length}</span>
      </h2>
      <ul className="finished">
        {landed.slice(0, shownAtMost).map(({ seq, at, taskId, label, title }) => (
          <li key={seq} className="card">
            <CircleCheck className="icon" data-tone="good" aria-hidden />
            <Link to="/tasks/$task" params={{ task: taskId }}>
              {title === "" ? label : title}
            </Link>
            <span className="meta">
              <span className="id">{label}</span> <time dateTime={at}>{clockTime(at)}</time>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
