import type { ConflictState } from "@omoios/domain/landing/conflict-state";
import type { Tone } from "./paint.ts";

/** What a live log says when a conflict moves. */
export function conflictText(
  to: ConflictState,
  reason: string | null,
): { readonly tone: Tone; readonly text: string; readonly headline: boolean } {
  const why = reason === null ? "" : `: ${reason}`;
  switch (to) {
    case "open":
      return { tone: "watch", text: `Its conflict is open again${why}`, headline: false };
    case "resolving":
      return { tone: "live", text: "Its conflict is being resolved, for what both sides want", headline: true };
    case "with_person":
      return { tone: "you", text: `Its conflict waits for a person${why}`, headline: true };
    case "resolved":
      return { tone: "good", text: "Its conflict is resolved", headline: true };
    case "dropped":
      return { tone: "quiet", text: `Its conflict no longer matters${why}`, headline: false };
  }
}

export function auditSummary(findings: number, accepted: boolean): string {
  if (findings === 0) return "The resolution keeps every line of both sides";
  return `The resolution has ${findings} ${findings === 1 ? "finding" : "findings"}${accepted ? ", which a person accepted" : ""}`;
}
