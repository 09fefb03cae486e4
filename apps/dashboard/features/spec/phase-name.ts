import type { Phase } from "@omoios/domain/spec/state";

/** `Requirements` of `REQUIREMENTS`; PRD stays what it is. */
export function phaseName(phase: Phase): string {
  return phase === "PRD" ? phase : phase.charAt(0) + phase.slice(1).toLowerCase();
}
