import { expect, test } from "vitest";
import { decisionOf, isEditable } from "./decision.ts";

type Decided = Parameters<typeof decisionOf>[0];

const output = (phase: "REQUIREMENTS" | "DESIGN", status: "finished" | "refused", minute: number) => ({
  ...{ phase, status, version: 1, output: null, madeFrom: [], promptDigest: null },
  createdAt: new Date(minute * 60_000).toISOString(),
});

const spec: Decided = {
  status: "executing",
  attention: null,
  pausedReason: null,
  planDigest: "abc",
  phases: [],
  questions: [],
  plan: {
    ...{ prd: null, requirements: null, design: null, work: null, sync: null, stale: [] },
    standing: [{ phase: "REQUIREMENTS", output: "REQUIREMENTS@1", score: 0.9 }],
  },
};
const question = { number: 1, text: "?", why: "", proposal: "Yes", answer: null, answeredBy: null };

test("a spec that goes on by itself leaves nothing to decide", () => {
  expect(decisionOf(spec)).toBeNull();
});

test("a plan that waits is approved by its digest, and made anew first when it is out of date", () => {
  const waiting = { ...spec, status: "awaiting_approval" } as const;
  expect(decisionOf(waiting)).toEqual({ kind: "plan", digest: "abc" });
  expect(decisionOf({ ...waiting, planDigest: null, plan: { ...spec.plan, stale: ["TASKS"] } })).toEqual({
    kind: "regenerate",
    stale: ["TASKS"],
  });
});

test("questions come before everything else, while planning asks", () => {
  const asking: Decided = { ...spec, status: "planning", attention: "1 question", questions: [question] };
  expect(decisionOf(asking)).toEqual({ kind: "questions" });
  expect(decisionOf({ ...asking, status: "cancelled", attention: null })).toBeNull();
});

test("planning that stopped after a finished phase waits for a yes to it; after a refused one it can only be tried anew", () => {
  const stopped = { ...spec, status: "planning", attention: "look" } as const;
  expect(decisionOf({ ...stopped, phases: [output("REQUIREMENTS", "finished", 1)] })).toEqual({
    kind: "phase",
    phase: "REQUIREMENTS",
    output: "REQUIREMENTS@1",
  });
  const refused = [output("DESIGN", "refused", 2), output("REQUIREMENTS", "finished", 1)];
  expect(decisionOf({ ...stopped, phases: refused })).toEqual({ kind: "resume", reason: "look" });
});

test("a budget that ran out is the reason to decide about", () => {
  expect(decisionOf({ ...spec, pausedReason: "spent" })).toEqual({ kind: "resume", reason: "spent" });
});

test("only what waits can be reworded", () => {
  expect(isEditable({ status: "awaiting_approval", attention: null })).toBe(true);
  expect(isEditable({ status: "planning", attention: "look" })).toBe(true);
  expect(isEditable({ status: "executing", attention: "look" })).toBe(false);
});
