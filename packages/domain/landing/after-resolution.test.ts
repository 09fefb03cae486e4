import { describe, expect, test } from "vitest";
import type { Feedback, FeedbackKind } from "../attempt/attempt.ts";
import { maxSystemFailures } from "../attempt/next.ts";
import { afterResolution, maxResolutions } from "./after-resolution.ts";

const now = new Date("2026-03-01T10:00:00.000Z");
const feedback = (kind: FeedbackKind, subjects: readonly string[] = ["a.ts"]): Feedback => ({
  kind,
  message: "lines are gone.",
  items: subjects.map((subject) => ({ subject, message: "gone", tail: null })),
});

function after(kinds: readonly FeedbackKind[], change: { byPerson?: boolean; subjects?: readonly string[] } = {}) {
  const last = feedback(kinds.at(-1) ?? "resolution", change.subjects);
  const history = kinds.map((kind) => ({ kind }));
  return afterResolution({
    task: "TSK-1",
    feedback: last,
    history,
    byPerson: false,
    retryDelayMs: 500,
    now,
    ...change,
  });
}

describe("after a resolution that did not hold", () => {
  test("an agent tries once more, then a person is asked", () => {
    expect(after(["resolution"])).toEqual({ kind: "retry", retryAt: new Date(now.getTime() + 500) });
    expect(after(["resolution", "criteria"])).toMatchObject({
      kind: "block",
      blockedReason: "conflict",
      question: expect.stringContaining(
        `${maxResolutions} resolutions did not hold because of a.ts (lines are gone).`,
      ) as string,
    });
  });

  test("one that conflicts with what landed meanwhile does not count", () => {
    expect(after(["conflict", "conflict", "resolution"])).toMatchObject({ kind: "retry" });
  });

  test("trouble of the machine has a limit of its own", () => {
    const troubles = Array.from({ length: maxSystemFailures }, (): FeedbackKind => "lost");
    expect(after(["resolution", ...troubles.slice(1)])).toMatchObject({ kind: "retry" });
    expect(after(troubles)).toMatchObject({ kind: "block" });
    expect(after([...troubles, "resolution"])).toMatchObject({ kind: "retry" });
  });

  test("what a person has to allow is asked at once", () => {
    expect(after(["hold"], { subjects: [] })).toMatchObject({
      question:
        "Its change conflicts with what landed meanwhile, and 1 resolution did not hold (lines are gone). " +
        "Merge it by hand (omoios conflict take TSK-1), retry the task for another try by an agent, or cancel it?",
    });
  });

  test("a person's goes back to the person, and trouble of the machine is tried again", () => {
    expect(after(["resolution"], { byPerson: true })).toMatchObject({
      question: expect.stringContaining("your resolution did not hold") as string,
    });
    expect(after(["error"], { byPerson: true })).toMatchObject({ kind: "retry" });
  });
});
