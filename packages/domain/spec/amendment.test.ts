import { expect, test } from "vitest";
import { replansByItself } from "./amendment.ts";

const task = { id: "task" };
const about = { approval: "policy", dependents: 1, amendments: [] } as const;

test("a failed task is planned anew by itself once, where policy approves and others wait for it", () => {
  expect(replansByItself(task, about)).toBe(true);
  expect(replansByItself(task, { ...about, approval: "person" })).toBe(false);
  expect(replansByItself(task, { ...about, dependents: 0 })).toBe(false);
  expect(replansByItself(task, { ...about, amendments: [{ taskId: "task", createdTaskIds: [] }] })).toBe(false);
});

test("a task that came of replanning is not replanned by itself: replanning ends", () => {
  expect(replansByItself(task, { ...about, amendments: [{ taskId: "other", createdTaskIds: ["task"] }] })).toBe(false);
  expect(replansByItself(task, { ...about, amendments: [{ taskId: "other", createdTaskIds: ["third"] }] })).toBe(true);
});
