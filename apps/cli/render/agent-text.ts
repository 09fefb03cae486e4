import type { EventPayload } from "@omoios/contract/events";
import type { Tone } from "./paint.ts";

/** What was seen of an agent; that it starts, works and ends is told by the lines around it. */
export function agentText({ number, to }: EventPayload<"agent.observed">): {
  readonly tone: Tone;
  readonly text: string;
  readonly headline: boolean;
} {
  const text = `Agent of attempt ${number} is ${to}`;
  switch (to) {
    case "starting":
    case "active":
      return { tone: "live", text, headline: false };
    case "waiting":
      return { tone: "you", text, headline: false };
    case "finished":
      return { tone: "quiet", text: `Agent of attempt ${number} has finished`, headline: false };
    case "idle":
      return { tone: "quiet", text, headline: true };
    case "stuck":
      return { tone: "watch", text, headline: true };
    case "failed":
      return { tone: "bad", text: `Agent of attempt ${number} has failed`, headline: true };
  }
}
