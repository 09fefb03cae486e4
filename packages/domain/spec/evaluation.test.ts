import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate, readStandards } from "./evaluation.ts";

const rules = { threshold: 0.7, floor: 0.4 };
const scores = (...values: readonly number[]) =>
  Object.fromEntries(values.map((score, index) => [`s${index}`, { score, reason: "why" }]));

describe("evaluate", () => {
  test("passes on a mean at the threshold", () => {
    expect(evaluate(scores(0.8, 0.6), rules)).toEqual({ score: 0.7, passed: true, failing: [] });
  });

  test("what is missing altogether is not made up for by the rest", () => {
    expect(evaluate(scores(1, 1, 1, 1, 0.1), rules)).toMatchObject({ passed: false, failing: ["s4"] });
  });

  test("below the threshold every standard below it is named", () => {
    expect(evaluate(scores(0.9, 0.5, 0.6), rules)).toMatchObject({ passed: false, failing: ["s1", "s2"] });
  });

  test("nothing to score passes", () => {
    expect(evaluate({}, rules)).toEqual({ score: 1, passed: true, failing: [] });
  });

  test("what does not pass names why; raising a score never fails what passed", () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), fc.nat(), unit, (values, pick, raise) => {
        const before = evaluate(scores(...values), rules);
        const raised = values.map((value, index) => (index === pick % values.length ? Math.max(value, raise) : value));
        const after = evaluate(scores(...raised), rules);
        return before.passed === (before.failing.length === 0) && (!before.passed || after.passed);
      }),
    );
  });
});

test("standards are the second-level headings of their file", () => {
  expect(readStandards("# Title\nintro\n\n## complete\nAll is there.\n\n## small\nNo more.\n")).toEqual([
    { name: "complete", text: "All is there." },
    { name: "small", text: "No more." },
  ]);
  expect(readStandards("nothing")).toEqual([]);
});
