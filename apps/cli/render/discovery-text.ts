import type { EventPayload } from "@omoios/contract/events";

/** What was found, and whether somebody has to decide about it. */
export function foundText({ task, title, reason }: EventPayload<"discovery.reported">): string {
  return reason === null ? `Found at ${task}: ${title}` : `Found at ${task}, for you to decide: ${title}. ${reason}`;
}

/** What became of it. */
export function decidedText({ to, by, task, title, reason }: EventPayload<"discovery.moved">): string {
  if (to !== "accepted") return `Dismissed${reason === null ? "" : `: ${reason}`}`;
  return `Becomes ${task ?? "a task"}${by === "policy" ? ", within the limits" : ", as you decided"}: ${title}`;
}
