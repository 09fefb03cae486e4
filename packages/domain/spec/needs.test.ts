import { expect, test } from "vitest";
import { needsOf } from "./needs.ts";

const calm = {
  status: "executing",
  pausedReason: null,
  pausedBy: null,
  pausedUntil: null,
  attention: null,
} as const;
const nothing = { tasks: [], openQuestions: 0 } as const;

function blocked(change: Partial<Parameters<typeof needsOf>[1]["tasks"][number]> = {}) {
  return { id: "t1", number: 3, title: "Store notes", ...change, ...blockedState(change) };
}

function blockedState(change: object) {
  return { status: "blocked", blockedReason: "criteria", question: "Which zone?", ...change } as const;
}

test("a spec that goes on by itself needs nobody", () => {
  expect(needsOf(calm, nothing)).toEqual([]);
});

test("a plan and a pull request wait for a person", () => {
  expect(needsOf({ ...calm, status: "awaiting_approval" }, nothing).map(({ kind }) => kind)).toEqual(["plan"]);
  expect(needsOf({ ...calm, status: "in_review" }, nothing).map(({ kind }) => kind)).toEqual(["review"]);
});

test("a blocked task asks its question, or says that it is blocked", () => {
  expect(needsOf(calm, { ...nothing, tasks: [blocked()] })).toEqual([
    { kind: "task", text: "Which zone?", taskId: "t1" },
  ]);
  const silent = needsOf(calm, { ...nothing, tasks: [blocked({ question: null })] });
  expect(silent[0]?.text).toBe("TSK-003 is blocked: Store notes");
});

test("a task that waits for another one, or is not blocked, is not the person's", () => {
  const tasks = [blocked({ blockedReason: "dependency" }), blocked({ status: "running", blockedReason: null })];
  expect(needsOf(calm, { ...nothing, tasks })).toEqual([]);
});

test("attention is told only when its cause is not", () => {
  const watched = { ...calm, attention: "Look at this" };
  expect(needsOf(watched, nothing)).toEqual([{ kind: "attention", text: "Look at this", taskId: null }]);
  expect(needsOf(watched, { ...nothing, openQuestions: 2 }).map(({ kind }) => kind)).toEqual(["questions"]);
});

test.each(["person", "provider"] as const)("a pause by a %s needs nobody", (pausedBy) => {
  expect(needsOf({ ...calm, pausedReason: "a while", pausedBy }, nothing)).toEqual([]);
});

test("a budget that ran out comes first", () => {
  const paused = { ...calm, status: "in_review", pausedReason: "SPC-7 has used $1.00", pausedBy: "budget" } as const;
  expect(needsOf(paused, nothing).map(({ kind }) => kind)).toEqual(["budget", "review"]);
  expect(needsOf({ ...paused, pausedUntil: new Date(0) }, nothing).map(({ kind }) => kind)).toEqual(["review"]);
});

test("what an agent asks comes before everything else, and attention for it is not told twice", () => {
  const asks = blocked({ id: "t2", blockedReason: "question", question: "Tabs?" });
  const paused = { ...calm, attention: "TSK-003 asks", pausedReason: "used up", pausedBy: "budget" } as const;
  const needs = needsOf(paused, { tasks: [blocked(), asks], openQuestions: 1 });
  expect(needs.map(({ kind }) => kind)).toEqual(["question", "budget", "questions", "task"]);
  expect(needs[0]).toEqual({ kind: "question", text: "Tabs?", taskId: "t2" });
});
