import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkOrigins, type Check, type Criterion } from "../spec/plan.ts";
import { calibrate } from "./calibrate.ts";
import { evidenceSubjects, type Evidence, type Verdict } from "./evidence.ts";
import { failureText, judgeCriteria, voidReason, type Proof } from "./judge.ts";

const criterion = (id: string): Criterion => ({
  acceptedReason: null,
  id,
  requirementId: "r",
  specId: "s",
  label: `REQ-1.${id}`,
  text: "It answers 200.",
});
const check = (id: string, criterionId: string): Check => ({
  id,
  criterionId,
  specId: "s",
  origin: "planner",
  command: `npm test ${id}`,
  directory: ".",
  timeoutMs: 1000,
  expectedExitCode: 0,
  files: [],
});
const run = (id: string, checkId: string, change: Partial<Evidence> = {}): Evidence => ({
  id,
  checkId,
  attemptId: "a1",
  subject: "candidate",
  commit: "c1",
  tree: "t1",
  environment: "e",
  exitCode: change.passed === false ? 1 : 0,
  timedOut: false,
  passed: true,
  outputDigest: "d",
  tail: "",
  startedAt: new Date(0),
  endedAt: new Date(1),
  ...change,
});
const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  attemptId: "a1",
  validationId: null,
  commands: [],
  criterionId: "1",
  candidateCommit: "c1",
  met: true,
  confidence: 0.9,
  evidence: ["e1"],
  reasoning: "The answer is 200.",
  voidReason: null,
  createdAt: new Date(10),
  ...change,
});
const proven: Proof = {
  criteria: [criterion("1")],
  checks: [check("k1", "1")],
  evidence: [run("e1", "k1")],
  verdicts: [verdict()],
  tree: "t1",
};
const judge = (change: Partial<Proof>): string => {
  const [judgement] = judgeCriteria({ ...proven, ...change });
  return `${judgement?.standing}: ${judgement?.reason}`;
};

describe("a criterion", () => {
  test("is met by green checks on this tree and a verdict that says so", () => {
    expect(judgeCriteria(proven)).toEqual([
      {
        criterionId: "1",
        label: "REQ-1.1",
        standing: "met",
        reason: "its check passed on this tree and the validator agrees",
      },
    ]);
    const two = { checks: [check("k1", "1"), check("k2", "1")], evidence: [run("e1", "k1"), run("e2", "k2")] };
    expect(judge(two)).toBe("met: its 2 checks passed on this tree and the validator agrees");
  });

  test.each<[string, Partial<Proof>, string]>([
    ["no check", { checks: [check("k9", "9")] }, "judged: no check can prove it, a person has to look"],
    ["no run", { evidence: [] }, "unmet: check `npm test k1` was not run on this tree"],
    [
      "a run on another tree",
      { evidence: [run("e1", "k1", { tree: "t0" })] },
      "unmet: check `npm test k1` was not run on this tree",
    ],
    [
      "a red run",
      { evidence: [run("e1", "k1", { passed: false })] },
      "unmet: check `npm test k1` failed with exit code 1",
    ],
    [
      "a red and a green run",
      { evidence: [run("e0", "k1", { passed: false }), run("e1", "k1")] },
      "unmet: check `npm test k1` passed only in 1 of 2 runs",
    ],
    ["no verdict", { verdicts: [] }, "unmet: no verdict was given on it"],
    [
      "a verdict of another attempt on another commit",
      { verdicts: [verdict({ candidateCommit: "c9", attemptId: "a9" })] },
      "unmet: no verdict was given on it",
    ],
    [
      "a verdict on another criterion",
      { verdicts: [verdict({ criterionId: "2" })] },
      "unmet: no verdict was given on it",
    ],
    [
      "a verdict that says no",
      { verdicts: [verdict({ met: false, reasoning: "It\nanswers 500." })] },
      "unmet: the validator says it is not met: It answers 500.",
    ],
    [
      "a verdict that cites nothing",
      { verdicts: [verdict({ evidence: [] })] },
      "unmet: its verdict does not count: it cites no evidence",
    ],
    [
      "a verdict that was void when it was given",
      { verdicts: [verdict({ voidReason: "it was late" })] },
      "unmet: its verdict does not count: it was late",
    ],
    [
      "an older verdict that says yes",
      { verdicts: [verdict(), verdict({ met: false, createdAt: new Date(11) })] },
      "unmet: the validator says it is not met: The answer is 200.",
    ],
    [
      "an older verdict, listed last",
      { verdicts: [verdict({ met: false, createdAt: new Date(11) }), verdict()] },
      "unmet: the validator says it is not met: The answer is 200.",
    ],
  ])("with %s", (_name, change, says) => {
    expect(judge(change)).toBe(says);
  });

  test("keeps its verdict when the same attempt's candidate is made anew, not its evidence", () => {
    const anew = run("e2", "k1", { commit: "c2", tree: "t2" });
    expect(judge({ tree: "t2", evidence: [run("e1", "k1"), anew] })).toMatch(/^met:/u);
    expect(judge({ tree: "t2", evidence: [run("e1", "k1"), { ...anew, passed: false }] })).toMatch(/^unmet:/u);
    expect(judge({ tree: "t2", evidence: [run("e1", "k1"), { ...anew, attemptId: "a2" }] })).toBe(
      "unmet: no verdict was given on it",
    );
  });

  test("that was met before any work waits for no verdict, unless one was given", () => {
    const base = run("e0", "k1", { subject: "base", tree: "t0", commit: "c0" });
    expect(judge({ verdicts: [], evidence: [base], tree: "t0" })).toBe(
      "met: its check passed on this tree; it was met before the work",
    );
    expect(judge({ verdicts: [], evidence: [base, run("e1", "k1")] })).toMatch(/^met:/u);
    expect(judge({ evidence: [base, run("e1", "k1")], verdicts: [verdict({ met: false })] })).toMatch(/^unmet:/u);
    expect(judge({ verdicts: [], evidence: [{ ...base, passed: false }, run("e1", "k1")] })).toMatch(/^unmet:/u);
  });

  test("is never met by a failing or missing check, whoever says what", () => {
    const anyRun = fc.record({
      checkId: fc.constantFrom("k1", "k2", "k3"),
      tree: fc.constantFrom("t1", "t2"),
      subject: fc.constantFrom(...evidenceSubjects),
      passed: fc.boolean(),
    });
    const anyVerdict = fc.record({
      met: fc.boolean(),
      criterionId: fc.constantFrom("1", "2"),
      evidence: fc.subarray(["e0", "e1", "e2", "x"]),
      candidateCommit: fc.constantFrom("c-t1", "c-t2"),
    });
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 8 }), fc.array(anyVerdict, { maxLength: 3 }), (runs, verdicts) => {
        const checks = [check("k1", "1"), check("k2", "1"), check("k3", "2")];
        const evidence = runs.map((one, index) => run(`e${index}`, one.checkId, { ...one, commit: `c-${one.tree}` }));
        const judged = judgeCriteria({
          criteria: [criterion("1"), criterion("2"), criterion("3")],
          checks,
          evidence,
          verdicts: verdicts.map(verdict),
          tree: "t1",
        });
        expect(judged.map((one) => one.standing)[2]).toBe("judged");
        for (const one of judged.filter((each) => each.standing === "met")) {
          for (const own of checks.filter((each) => each.criterionId === one.criterionId)) {
            const onTree = evidence.filter((each) => each.checkId === own.id && each.tree === "t1");
            expect(onTree.length).toBeGreaterThan(0);
            expect(onTree.every((each) => each.passed)).toBe(true);
          }
        }
      }),
    );
  });
});

describe("a verdict", () => {
  const evidence = [
    run("e1", "k1"),
    run("e2", "k2"),
    run("e3", "k1", { tree: "t0", commit: "c0" }),
    run("e4", "k3", { passed: false, timedOut: true, exitCode: null }),
  ];
  const checks = [check("k1", "1"), check("k2", "2"), check("k3", "3"), check("k4", "4")];
  test.each<[Partial<Verdict>, string | null]>([
    [{}, null],
    [{ evidence: [] }, "it cites no evidence"],
    [{ evidence: ["e1", "E99"] }, "it cites E99, which is no evidence"],
    [{ evidence: ["e2"] }, "it cites e2, which is about another criterion"],
    [{ evidence: ["e3"] }, "it cites e3, which is of another tree"],
    [{ candidateCommit: "c9" }, "it cites e1, which is of another tree"],
    [{ criterionId: "3", evidence: ["e4"] }, "it says met, but check `npm test k3` ran out of time"],
    [{ criterionId: "3", evidence: ["e4"], met: false }, null],
    [{ met: false }, null],
  ])("%j: %s", (change, reason) => {
    expect(voidReason(verdict(change), evidence, checks)).toBe(reason);
  });
});

test("a failure is told as it was", () => {
  expect([
    failureText({ timedOut: true, exitCode: null }),
    failureText({ timedOut: false, exitCode: null }),
    failureText({ timedOut: false, exitCode: 7 }),
  ]).toEqual(["ran out of time", "was ended by a signal", "failed with exit code 7"]);
});

test("calibration: met before the work only with checks that always passed", () => {
  const criteria = ["1", "2", "3", "4"].map(criterion);
  const checks = [check("k1", "1"), check("k2", "1"), check("k3", "2"), check("k4", "3")];
  const evidence = [run("b1", "k1"), run("b2", "k2"), run("b3", "k3"), run("b4", "k3", { passed: false })];
  expect(calibrate(criteria, checks, evidence)).toEqual({ alreadyMet: ["1"], open: ["2", "3", "4"] });
});

test("who wrote a check makes no difference to what it proves", () => {
  for (const origin of checkOrigins) expect(judge({ checks: [{ ...check("k1", "1"), origin }] })).toMatch(/^met:/u);
});

test("a person's yes is the proof of what no check can prove, and of nothing else", () => {
  const accepted = { ...criterion("1"), acceptedReason: "looks right" };
  const judged = judgeCriteria({ ...proven, criteria: [accepted], checks: [], verdicts: [] });
  expect(judged).toMatchObject([{ standing: "met", reason: "a person said yes: looks right" }]);
  expect(judgeCriteria({ ...proven, criteria: [accepted], evidence: [] })).toMatchObject([{ standing: "unmet" }]);
});
