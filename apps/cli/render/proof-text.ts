import type { EventPayload } from "@omoios/contract/events";
import { spell } from "./ages.ts";
import type { Tone } from "./paint.ts";

interface Said {
  readonly tone: Tone;
  readonly text: string;
}

/** What a live log says of a run of a check. */
export function evidenceText(payload: EventPayload<"evidence.recorded">): Said {
  const took = `${payload.command} (${spell(payload.durationMs)})`;
  if (payload.subject === "base") {
    return payload.passed
      ? { tone: "watch", text: `${payload.criterion} passes before the work: ${took}` }
      : { tone: "quiet", text: `${payload.criterion} fails before the work, as it should: ${took}` };
  }
  return payload.passed
    ? { tone: "good", text: `${payload.criterion} passes: ${took}` }
    : { tone: "watch", text: `${payload.criterion} fails: ${took}` };
}

/** What it says of a verdict. */
export function verdictText(payload: EventPayload<"verdict.recorded">): Said {
  if (payload.voidReason !== null)
    return { tone: "watch", text: `Verdict on ${payload.criterion} does not count: ${payload.voidReason}` };
  const confidence = `confidence ${payload.confidence.toFixed(2)}`;
  return payload.met
    ? { tone: "proof", text: `${payload.criterion} met, says the validator (${confidence})` }
    : { tone: "watch", text: `${payload.criterion} not met, says the validator (${confidence})` };
}
