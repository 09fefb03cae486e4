import type { StoredEvent } from "@omoios/contract/events";
import type { SpecSummary } from "@omoios/contract/http-spec";
import { eventText } from "../render/event-text.ts";

/** The heading tells the request already, and a plan that a policy approves waits for nobody. */
export function isTold(event: StoredEvent, approval: SpecSummary["settings"]["approval"]): boolean {
  if (event.type === "spec.requested") return false;
  if (event.type === "spec.moved" && event.payload.to === "awaiting_approval" && approval === "policy") return false;
  return eventText(event).headline;
}
