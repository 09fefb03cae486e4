import type { StateTone } from "@omoios/contract/state-words";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** A stretch of time on a lane. */
export interface NightBar {
  readonly kind: "live" | "proof" | "waiting";
  readonly from: number;
  readonly to: number;
}

/** A moment worth a look. */
export interface NightMark {
  readonly at: number;
  readonly icon: LucideIcon;
  readonly tone: StateTone;
  readonly title: string;
}

export interface NightLane {
  readonly key: string;
  readonly label: ReactNode;
  readonly bars: readonly NightBar[];
  readonly marks: readonly NightMark[];
  /** How it stands now. */
  readonly state?: ReactNode;
}

interface NightLineProps {
  readonly range: { readonly from: number; readonly to: number };
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly lanes: readonly NightLane[];
  /** The last tick is now, and drawn as a line through all lanes. */
  readonly now?: string;
}

/** Time as lanes, from the evening to now. Times are in ms; what is drawn is said in words by the titles of the marks. */
export function NightLine({ range, ticks, lanes, now }: NightLineProps): ReactNode {
  const place = (at: number): string => {
    const share = (Math.min(Math.max(at, range.from), range.to) - range.from) / (range.to - range.from);
    return `${(share * 100).toFixed(2)}%`;
  };
  return (
    <div
      className="night"
      data-slot="night-line"
      data-states={lanes.some(({ state }) => state !== undefined) || undefined}
    >
      <div className="night-axis" aria-hidden>
        {ticks.map(({ at, label }) => (
          <span key={at} style={{ left: place(at) }}>
            {label}
          </span>
        ))}
        {now !== undefined && <b style={{ left: "100%" }}>{now}</b>}
      </div>
      <ul>
        {lanes.map((lane) => (
          <li key={lane.key} className="night-lane">
            <div className="night-label">{lane.label}</div>
            <div className="night-track">
              {lane.bars.map(({ kind, from, to }) => (
                <i
                  key={`${kind} ${from}`}
                  data-kind={kind}
                  style={{ left: place(from), width: `calc(${place(to)} - ${place(from)})` }}
                />
              ))}
              {lane.marks.map(({ at, icon: Icon, tone, title }) => (
                <span
                  key={`${title} ${at}`}
                  className="night-mark"
                  data-tone={tone}
                  title={title}
                  style={{ left: place(at) }}
                >
                  <Icon className="icon" aria-hidden />
                  <span className="visually-hidden">{title}</span>
                </span>
              ))}
              {now !== undefined && <u aria-hidden />}
            </div>
            {lane.state !== undefined && <div className="night-state">{lane.state}</div>}
          </li>
        ))}
      </ul>
    </div>
  );
}
