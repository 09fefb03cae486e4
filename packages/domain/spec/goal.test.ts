import { expect, test } from "vitest";
import type { Evidence, Verdict } from "../proof/evidence.ts";
import { goalOf, type LandedState } from "./goal.ts";
import type { Check, Criterion } from "./plan.ts";

const criteria: readonly Criterion[] = ["1", "2", "3"].map((id) => ({
  id,
  requirementId: "r",
  specId: "s",
  label: `REQ-${id}`,
  text: "x",
  acceptedReason: null,
}));
const checks: readonly Check[] = ["1", "2"].map((id) => ({
  id: `k${id}`,
  criterionId: id,
  specId: "s",
  origin: "planner",
  command: `check ${id}`,
  directory: ".",
  timeoutMs: 1,
  expectedExitCode: 0,
  files: [],
}));
const landing = (n: number): LandedState => ({ commit: `c${n}`, tree: `t${n}`, landedAt: new Date(n) });
const run = (n: number, criterion: number, passed = true): Evidence => ({
  id: `e${n}-${criterion}`,
  checkId: `k${criterion}`,
  attemptId: `a${n}`,
  subject: "candidate",
  commit: `c${n}`,
  tree: `t${n}`,
  environment: "e",
  exitCode: passed ? 0 : 1,
  timedOut: false,
  passed,
  outputDigest: "d",
  tail: "",
  startedAt: new Date(n),
  endedAt: new Date(n),
});
const verdict = (n: number, criterion: number, met = true): Verdict => ({
  attemptId: `a${n}`,
  validationId: null,
  commands: [],
  criterionId: String(criterion),
  candidateCommit: `c${n}`,
  met,
  confidence: 1,
  evidence: [`e${n}-${criterion}`],
  reasoning: "seen",
  voidReason: null,
  createdAt: new Date(n),
});

test("before anything has landed nothing is met, and what no check proves is judged", () => {
  const goal = goalOf({ criteria, checks, evidence: [], verdicts: [], landings: [] });
  expect(goal.counts).toEqual({ met: 0, unmet: 2, judged: 1, total: 3, regressed: 0 });
  expect(goal.criteria[0]).toMatchObject({ standing: "unmet", reason: "nothing has landed", metAt: null });
  expect(goal.history).toEqual([]);
});

test("follows the criteria from landing to landing, in the order of time", () => {
  const goal = goalOf({
    criteria,
    checks,
    evidence: [run(1, 1), run(1, 2, false), run(2, 1), run(2, 2), run(3, 1, false), run(3, 2), run(4, 1)],
    verdicts: [verdict(1, 1), verdict(2, 2)],
    landings: [landing(3), landing(1), landing(2)],
  });
  expect(goal.history).toEqual([
    { met: 1, unmet: 1, judged: 1, total: 3, regressed: 0, commit: "c1", landedAt: new Date(1) },
    { met: 2, unmet: 0, judged: 1, total: 3, regressed: 0, commit: "c2", landedAt: new Date(2) },
    { met: 1, unmet: 1, judged: 1, total: 3, regressed: 1, commit: "c3", landedAt: new Date(3) },
  ]);
  expect(goal.counts).toMatchObject({ met: 1, regressed: 1 });
  expect(goal.criteria[0]).toEqual({
    criterionId: "1",
    label: "REQ-1",
    standing: "unmet",
    reason: "check `check 1` failed with exit code 1",
    metAt: "c2",
    regressed: true,
  });
  expect(goal.criteria[1]).toMatchObject({
    standing: "met",
    reason: "its checks passed again on this tree",
    metAt: "c3",
  });
  expect(goal.criteria[2]).toMatchObject({ standing: "judged", metAt: null, regressed: false });
});

test("a regressed criterion is met again when its checks are green again", () => {
  const evidence = [run(1, 1), run(2, 1, false), run(3, 1)];
  const goal = goalOf({
    criteria: criteria.slice(0, 1),
    checks,
    evidence,
    verdicts: [verdict(1, 1)],
    landings: [1, 2, 3].map(landing),
  });
  expect(goal.history.map((counts) => counts.met)).toEqual([1, 0, 1]);
  expect(goal.criteria[0]).toMatchObject({ standing: "met", metAt: "c3", regressed: false });
});

test("a landing that was judged anew is taken at its word, and one that was not checked proves nothing", () => {
  const facts = { criteria: criteria.slice(0, 1), checks, landings: [1, 2].map(landing) };
  const judgedAnew = goalOf({
    ...facts,
    evidence: [run(1, 1), run(2, 1)],
    verdicts: [verdict(1, 1), verdict(2, 1, false)],
  });
  expect(judgedAnew.criteria[0]).toMatchObject({ standing: "unmet", regressed: true, metAt: "c1" });
  const unchecked = goalOf({ ...facts, evidence: [run(1, 1)], verdicts: [verdict(1, 1)] });
  expect(unchecked.criteria[0]).toMatchObject({
    standing: "unmet",
    regressed: true,
    reason: "check `check 1` was not run on this tree",
  });
});
