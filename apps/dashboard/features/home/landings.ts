import type { StoredEvent } from "@omoios/contract/events";

/** A task whose work is on the branch of its spec now. */
export interface Landing {
  readonly seq: number;
  readonly at: string;
  readonly taskId: string;
  readonly label: string;
  readonly title: string;
}

/** What landed since a time, the oldest first. A task that changes no code, such as an exploration, never lands. */
export function landingsSince(events: readonly StoredEvent[], since: number): readonly Landing[] {
  const titles = new Map<string, string>();
  const landings: Landing[] = [];
  for (const { seq, at, taskId, type, payload } of events) {
    if (taskId === null) continue;
    if (type === "task.moved") titles.set(taskId, payload.title);
    if (type !== "candidate.moved" || payload.to !== "landed" || Date.parse(at) < since) continue;
    landings.push({ seq, at, taskId, label: payload.task, title: titles.get(taskId) ?? "" });
  }
  return landings;
}
