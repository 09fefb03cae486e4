import { expect, test } from "vitest";
import { blockedReasons } from "./state.ts";
import { newTask, waitsForMore } from "./task.ts";

test("a new task waits, unscored and unblocked, as the first version of itself", () => {
  const made = newTask({
    id: "01JD0000000000000000000001",
    projectId: "01JD0000000000000000000002",
    specId: "01JD0000000000000000000003",
    kind: "work",
    ticketId: "01JD0000000000000000000004",
    number: 1,
    title: "Store notes",
    description: "Notes survive a restart.",
    mode: "implementation",
    priority: "medium",
    declaredFiles: ["src/notes.ts"],
    unmet: 0,
    downstream: 1,
    branch: "omoios/SPC-1/TSK-1",
    createdAt: new Date("2026-11-23T00:00:00Z"),
  });
  expect(made).toMatchObject({
    title: "Store notes",
    status: "pending",
    version: 1,
    score: null,
    blockedReason: null,
    question: null,
    readyAt: null,
    endedAt: null,
  });
});

test("a task that waits for another, for an answer or for a planner is not tried or planned anew", () => {
  const waiting = blockedReasons.filter((blockedReason) => waitsForMore({ blockedReason }));
  expect(waiting).toEqual(["dependency", "question", "replan"]);
  expect(waitsForMore({ blockedReason: null })).toBe(false);
});
