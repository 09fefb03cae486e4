import type { AgentState } from "@omoios/domain/attempt/state";
import type { ReactNode } from "react";
import { ageText } from "./ages.ts";
import { useServerNow } from "./use-now.ts";

/** Two beats missed are late, three are too many. */
const lateMs = 60_000;

interface HeartbeatProps {
  readonly agentState: AgentState;
  readonly proving: boolean;
  readonly beatAt: string | null;
}

/** Whether an agent's runner is heard of, and how long ago it was. */
export function Heartbeat({ agentState, proving, beatAt }: HeartbeatProps): ReactNode {
  const now = useServerNow();
  const ageMs = beatAt === null ? null : now - Date.parse(beatAt);
  const late = ageMs !== null && ageMs > lateMs;
  const kind = late || agentState === "stuck" ? "watch" : agentState === "failed" ? "bad" : proving ? "proof" : "live";
  return (
    <span className="heartbeat" data-slot="heartbeat">
      <i data-kind={ageMs === null ? "asleep" : kind} aria-hidden />
      <span className="visually-hidden">
        {ageMs === null ? "No heartbeat yet" : `Last heartbeat ${ageText(ageMs)} ago`}
      </span>
    </span>
  );
}
