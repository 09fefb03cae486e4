import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { feedbackKinds, type FeedbackKind } from "./attempt.ts";
import { afterAttempt, maxSystemFailures, type EndedAttempt } from "./next.ts";

const now = new Date("2026-01-01T00:00:00Z");
const items = [{ subject: "REQ-1.1", message: "red", tail: null }];

function ended(
  kind: FeedbackKind,
  before: readonly FeedbackKind[] = [],
  change: Partial<EndedAttempt["feedback"]> = {},
): EndedAttempt {
  const history = [...before, kind].map((one) => ({ kind: one }));
  return {
    feedback: { kind, message: "It failed.", items, ...change },
    history,
    maxAttempts: 3,
    retryDelayMs: 500,
    now,
  };
}

describe("after an attempt", () => {
  test("there is another one, after the delay, while there are attempts left", () => {
    expect(afterAttempt(ended("criteria", ["criteria"]))).toEqual({
      kind: "retry",
      retryAt: new Date(now.getTime() + 500),
    });
  });

  test("a person is asked when they are used up, in words that name what failed", () => {
    expect(afterAttempt(ended("criteria", ["criteria", "agent"]))).toEqual({
      kind: "block",
      blockedReason: "criteria",
      question:
        "REQ-1.1 could not be proven after 3 attempts (It failed). Retry it (the agent is given what failed), change the plan, or cancel the task?",
    });
  });

  test("what only a person may decide is asked at once", () => {
    const subject = ".github/workflows/ci.yml";
    expect(afterAttempt(ended("hold", [], { items: [{ subject, message: "ci", tail: null }] }))).toMatchObject({
      kind: "block",
      blockedReason: "policy",
      question: expect.stringContaining(`The change waits for your decision on ${subject} (It failed).`) as string,
    });
  });

  test("what the system did to a task does not count against it, up to a limit of its own", () => {
    expect(afterAttempt(ended("lost", ["criteria", "criteria"])).kind).toBe("retry");
    expect(afterAttempt(ended("criteria", ["lost", "error", "criteria"])).kind).toBe("retry");
    const broken = Array.from({ length: maxSystemFailures - 1 }, () => "lost" as const);
    expect(afterAttempt(ended("error", broken))).toMatchObject({ kind: "block", blockedReason: "attempts" });
  });

  test("what the machine lacks is asked for at once, with what to do about it: no attempt could change it", () => {
    const items = [{ subject: "", message: "Install pnpm", tail: null }];
    expect(afterAttempt(ended("machine", [], { message: "Set-up needs pnpm\nnpm error", items }))).toEqual({
      kind: "block",
      blockedReason: "attempts",
      question:
        "This machine cannot run the task as it is (Set-up needs pnpm). Install pnpm; then retry the task, or cancel it?",
    });
    expect(afterAttempt(ended("criteria", ["machine", "machine", "criteria"])).kind).toBe("retry");
  });

  const reasons: Readonly<Record<FeedbackKind, string>> = {
    criteria: "criteria",
    policy: "policy",
    hold: "policy",
    checks: "policy",
    empty_diff: "attempts",
    agent: "attempts",
    stuck: "attempts",
    conflict: "conflict",
    resolution: "conflict",
    lost: "attempts",
    error: "attempts",
    machine: "attempts",
  };
  test.each(feedbackKinds)("%s ends in a question with something to do, with and without details", (kind) => {
    for (const change of [{}, { items: [], message: "" }]) {
      const next = afterAttempt({ ...ended(kind, [kind, kind], change) });
      expect(next).toMatchObject({ kind: "block", blockedReason: reasons[kind] });
      expect(next.kind === "block" && next.question).toMatch(/^[A-Z][^\n]+, or cancel[^\n]*\?$/u);
    }
  });

  test("one attempt is one attempt", () => {
    expect(afterAttempt({ ...ended("agent"), maxAttempts: 1 })).toMatchObject({
      question: expect.stringMatching(/^The agent did not finish after 1 attempt \(/u) as string,
    });
  });

  test("a task is never tried for ever, and hostile words make no lines in the question", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...feedbackKinds), { minLength: 7, maxLength: 12 }),
        fc.string({ unit: "binary" }),
        (kinds, text) => {
          const blocked = kinds.some((kind, index) => {
            const next = afterAttempt(
              ended(kind, kinds.slice(0, index), {
                message: text,
                items: [{ subject: text, message: text, tail: text }],
              }),
            );
            if (next.kind === "block") expect(next.question).not.toMatch(/[\n\r\u202E]/u);
            return next.kind === "block";
          });
          expect(blocked).toBe(true);
        },
      ),
    );
  });
});
