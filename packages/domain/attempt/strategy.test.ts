import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { feedbackKinds, type FeedbackKind } from "./attempt.ts";
import { isSystemFailure } from "./next.ts";
import { approachText, nextApproach, type PastAttempt } from "./strategy.ts";

/** Attempts that failed like this, each going about it as it was told. */
function history(kinds: readonly FeedbackKind[], fallback: string | null): readonly PastAttempt[] {
  return kinds.reduce<readonly PastAttempt[]>(
    (past, kind) => [...past, { number: past.length + 1, ...nextApproach(past, fallback), feedback: { kind } }],
    [],
  );
}
const strategies = (kinds: readonly FeedbackKind[], fallback: string | null = null) =>
  history([...kinds, "agent"], fallback).map((one) => one.strategy);

describe("the next attempt", () => {
  test("mends what was found, until the same failed twice: then it starts afresh", () => {
    expect(strategies(["criteria", "criteria"])).toEqual(["first", "mend", "fresh_start"]);
  });

  test("another model is asked first where there is one, and keeps the task from then on", () => {
    expect(strategies(["criteria", "criteria", "criteria"], "x:big")).toEqual([
      "first",
      "mend",
      "other_model",
      "fresh_start",
    ]);
    expect(history(["criteria", "criteria", "criteria", "policy"], "x:big").at(-1)?.model).toBe("x:big");
  });

  test("failures of different kinds are mended one by one", () => {
    expect(strategies(["criteria", "policy", "empty_diff"])).toEqual(["first", "mend", "mend", "mend"]);
  });

  test("a machine that failed, or an attempt that was only cancelled, says nothing about the work", () => {
    expect(strategies(["lost", "error", "lost"])).toEqual(["first", "first", "first", "first"]);
    const cancelled: PastAttempt = { number: 1, strategy: "first", model: null, feedback: null };
    expect(nextApproach([cancelled], "x:big")).toEqual({ strategy: "first", model: null });
  });

  test("never depends on the order in which attempts are read, and never asks for a third of the same", () => {
    const kinds = fc.array(fc.constantFrom(...feedbackKinds), { maxLength: 8 });
    fc.assert(
      fc.property(kinds, fc.option(fc.constant("x:big")), (given, fallback) => {
        const past = history(given, fallback);
        const next = nextApproach(past, fallback);
        expect(nextApproach(past.toReversed(), fallback)).toEqual(next);
        const own = past.flatMap(({ feedback }) =>
          feedback === null || isSystemFailure(feedback.kind) ? [] : [feedback.kind],
        );
        const repeated = own.filter((kind) => kind === own.at(-1)).length >= 2;
        expect(next.strategy === "other_model" || next.strategy === "fresh_start").toBe(repeated);
      }),
    );
  });
});

test("what is special about an attempt is said in words", () => {
  const said = (["first", "mend", "fresh_start", "other_model"] as const).map((strategy) =>
    approachText({ strategy, model: "x:big" }),
  );
  expect(said).toEqual([
    null,
    null,
    "starts afresh, told what failed twice",
    "asks another model (x:big), after two failures of one kind",
  ]);
  expect(approachText({ strategy: "other_model", model: null })).toBe(
    "asks another model, after two failures of one kind",
  );
});
