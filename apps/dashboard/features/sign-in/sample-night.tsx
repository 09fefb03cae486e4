import { Check, GitPullRequest, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { NightLine, type NightLane } from "../../ui/night-line.tsx";

const hour = 3_600_000;
const from = 0;
const to = 9.4 * hour;

const lane = (name: string, bars: NightLane["bars"], marks: NightLane["marks"]): NightLane => ({
  key: name,
  label: name,
  bars,
  marks,
});
const bar = (kind: "live" | "proof" | "waiting", start: number, end: number): NightLane["bars"][number] => ({
  kind,
  from: start * hour,
  to: end * hour,
});
const done = (at: number): NightLane["marks"][number] => ({
  at: at * hour,
  icon: Check,
  tone: "good",
  title: "Proven",
});

const lanes: readonly NightLane[] = [
  lane("Plan approved", [bar("live", 0.2, 0.8)], [done(0.8)]),
  lane("Migration", [bar("live", 0.9, 1.6), bar("proof", 1.6, 1.9)], [done(1.9)]),
  lane(
    "API endpoint",
    [bar("live", 0.9, 2.1), bar("proof", 2.1, 2.4), bar("live", 2.5, 3.4), bar("proof", 3.4, 3.7)],
    [{ at: 2.45 * hour, icon: RotateCcw, tone: "watch", title: "Sent back with the reason" }, done(3.7)],
  ),
  lane("Settings page", [bar("live", 1.9, 3.9), bar("proof", 3.9, 4.3)], [done(4.3)]),
  lane("Integration tests", [bar("live", 4.4, 5.6), bar("proof", 5.6, 6.2)], [done(6.2)]),
  lane(
    "One pull request",
    [bar("waiting", 6.4, 9.2)],
    [{ at: 6.4 * hour, icon: GitPullRequest, tone: "you", title: "Waits for you" }],
  ),
];

const hours = [0, 2, 4, 6, 8].map((offset) => ({
  at: offset * hour,
  label: `${String((22 + offset) % 24).padStart(2, "0")}:00`,
}));

/** What a night looks like, beside the form. */
export function SampleNight(): ReactNode {
  return (
    <aside className="sample-night" aria-label="What a night looks like">
      <h2>While you sleep</h2>
      <p>Describe the feature and approve the plan. The light is on only when something needs you.</p>
      <NightLine range={{ from, to }} ticks={hours} lanes={lanes} />
    </aside>
  );
}
