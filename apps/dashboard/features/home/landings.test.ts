import type { StoredEvent } from "@omoios/contract/events";
import { expect, test } from "vitest";
import { landingsSince } from "./landings.ts";

const at = (minutes: number): string => new Date(minutes * 60_000).toISOString();
const where = { projectId: "p", specId: "s", attemptId: null };

function moved(minutes: number, taskId: string, to: "running" | "complete"): StoredEvent {
  const payload = {
    label: `TSK-${taskId}`,
    title: `Task ${taskId}`,
    from: "ready",
    to,
    reason: null,
    blockedReason: null,
  };
  return { seq: minutes, at: at(minutes), ...where, taskId, type: "task.moved", payload } as StoredEvent;
}

function landed(minutes: number, taskId: string): StoredEvent {
  const payload = { task: `TSK-${taskId}`, number: 1, commit: "c", from: "proven", to: "landed", reason: null };
  return { seq: minutes, at: at(minutes), ...where, taskId, type: "candidate.moved", payload } as StoredEvent;
}

test("what landed since the evening is told by its title; a task that is complete without code did not land", () => {
  const events = [
    moved(1, "1", "running"),
    landed(2, "1"),
    moved(3, "2", "running"),
    moved(4, "3", "complete"),
    landed(5, "2"),
  ];
  expect(landingsSince(events, 4 * 60_000)).toEqual([
    { seq: 5, at: at(5), taskId: "2", label: "TSK-2", title: "Task 2" },
  ]);
});
