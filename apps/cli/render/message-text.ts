import type { EventPayload } from "@omoios/contract/events";
import type { Tone } from "./paint.ts";

/** What an agent asks, or is told. */
export function messageText({ from, text, proposal }: EventPayload<"message.sent">): {
  readonly tone: Tone;
  readonly text: string;
  readonly more: readonly { readonly label: string; readonly text: string }[];
} {
  switch (from) {
    case "agent":
      return {
        tone: "you",
        text: `Asks: ${text}`,
        more: proposal === null ? [] : [{ label: "it would", text: proposal }],
      };
    case "person":
      return { tone: "good", text: `Is told: ${text}`, more: [] };
    case "policy":
      return { tone: "watch", text: `Assumes, since nobody is there to be asked: ${text}`, more: [] };
  }
}
