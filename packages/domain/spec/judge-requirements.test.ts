import { describe, expect, test } from "vitest";
import { judgeRequirements } from "./judge-requirements.ts";
import type { PlannedRequirement } from "./plan-shape.ts";
import { samplePlan } from "./sample-plan.testsuite.ts";

function findings(...changes: readonly Partial<PlannedRequirement>[]): readonly string[] {
  const plan = samplePlan();
  const requirements = plan.requirements.map((requirement, index) => ({ ...requirement, ...changes[index] }));
  return judgeRequirements({ ...plan, requirements }).map(({ rule, at }) => `${rule} at ${at}`);
}

describe("judgeRequirements", () => {
  test("lets sound requirements pass, also one whose only criterion is numbered below it", () => {
    expect(findings()).toEqual([]);
  });

  const criteria = samplePlan().requirements[0]?.criteria ?? [];
  const [first] = criteria;
  if (first === undefined) throw new Error("The sample has a criterion");

  test.each<[string, readonly Partial<PlannedRequirement>[], readonly string[]]>([
    ["`when maybe`", [{ text: "when maybe" }], ["ears-form at REQ-1.text", "vague-words at REQ-1.text"]],
    ["a wish", [{ text: "Notes are kept for good" }], ["ears-form at REQ-1.text"]],
    ["no criteria", [{ criteria: [] }], ["criteria-missing at REQ-1.criteria"]],
    ["an empty criterion", [{ criteria: [{ ...first, text: " " }] }], ["placeholder at REQ-1.1.text"]],
    [
      "a criterion that only repeats",
      [{ criteria: [{ ...first, text: "WHEN a note is posted, the service SHALL keep it!" }] }],
      ["criterion-restates-requirement at REQ-1.1.text"],
    ],
    ["an id of another kind", [{ id: "R1", criteria: [] }], ["id-form at R1", "criteria-missing at R1.criteria"]],
    ["a criterion counted under another", [{ criteria: [{ ...first, id: "REQ-2.7" }] }], ["id-form at REQ-2.7"]],
    [
      "an id given twice",
      [
        {},
        { id: "REQ-1", criteria: [{ ...first, id: "REQ-1.2", text: "With two notes kept, two lines are answered" }] },
      ],
      ["duplicate-id at REQ-1"],
    ],
    [
      "the same twice",
      [{}, { text: "When a note is posted: the service shall keep it." }],
      ["ears-form at REQ-2.text", "repeated at REQ-2.text"],
    ],
    ["two empty texts", [{ text: "" }, { text: "" }], ["placeholder at REQ-1.text", "placeholder at REQ-2.text"]],
  ])("refuses %s", (_name, changes, expected) => {
    expect([...findings(...changes)].toSorted()).toEqual([...expected].toSorted());
  });
});
