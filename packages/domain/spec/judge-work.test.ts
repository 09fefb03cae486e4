import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeRequirements } from "./judge-requirements.ts";
import { judgeWork, maxCriteriaPerTask } from "./judge-work.ts";
import { proofKinds, type Plan, type PlannedTask } from "./plan-shape.ts";
import { samplePlan, sampleTask } from "./sample-plan.testsuite.ts";

function findings(change: (plan: Plan) => Partial<Plan>): readonly string[] {
  const plan = samplePlan();
  return judgeWork({ ...plan, ...change(plan) }).map(({ rule, at }) => `${rule} at ${at}`);
}

function withTask(id: string, change: Partial<PlannedTask>): (plan: Plan) => Partial<Plan> {
  return ({ tasks }) => ({ tasks: tasks.map((task) => (task.id === id ? { ...task, ...change } : task)) });
}

describe("judgeWork", () => {
  test("lets a sound plan pass", () => {
    expect(findings(() => ({}))).toEqual([]);
  });

  test.each<[string, (plan: Plan) => Partial<Plan>, readonly string[]]>([
    ["a cycle, with its path", withTask("store", { needs: ["list"] }), ["cycle at store → list → store"]],
    ["a need that is not there", withTask("list", { needs: ["store", "ghost"] }), ["unknown-id at list.needs"]],
    ["a need of itself", withTask("store", { needs: ["store"] }), ["dependency at store.needs"]],
    ["a need named twice", withTask("list", { needs: ["store", "store"] }), ["dependency at list.needs"]],
    [
      "an id given twice",
      ({ tasks }) => ({ tasks: [...tasks, sampleTask("notes", ["REQ-1.1"])] }),
      ["duplicate-id at notes", "covered-twice at REQ-1.1"],
    ],
    [
      "an id of two tasks",
      ({ tasks }) => ({ tasks: [...tasks, sampleTask("list", ["REQ-1.1"])] }),
      ["duplicate-id at list", "covered-twice at REQ-1.1"],
    ],
    [
      "an id with blanks",
      ({ tasks, tickets }) => ({ tickets: [...tickets, { id: "Two Words", title: "Two words" }], tasks }),
      ["id-form at Two Words", "empty-ticket at Two Words"],
    ],
    [
      "a task id with blanks",
      ({ tasks: [store, list] }) => ({
        tasks: [
          { ...(store ?? sampleTask("x", [])), id: "S" },
          { ...(list ?? sampleTask("x", [])), needs: [] },
        ],
      }),
      ["id-form at S"],
    ],
    ["an unknown ticket", withTask("list", { ticket: "ghost" }), ["unknown-id at list.ticket"]],
    ["an unknown criterion", withTask("list", { criteria: ["REQ-2.1", "REQ-9.1"] }), ["unknown-id at list.criteria"]],
    [
      "two outcomes",
      withTask("list", { title: "Write the list and update the readme" }),
      ["two-outcomes at list.title"],
    ],
    [
      "no outcome, and what it leaves open",
      withTask("store", { criteria: [] }),
      ["no-outcome at store.criteria", "uncovered at REQ-1.1"],
    ],
    [
      "an uncovered should",
      withTask("list", { criteria: ["REQ-1.1"] }),
      ["covered-twice at REQ-1.1", "uncovered at REQ-2.1"],
    ],
    ["another mode", withTask("list", { mode: "exploration" }), ["task-mode at list.mode"]],
    ["no files", withTask("list", { declaredFiles: [] }), ["declared-files at list.declaredFiles"]],
    ["files outside", withTask("list", { declaredFiles: ["../x"] }), ["path at list.declaredFiles[0]"]],
    [
      "a check another task may change",
      withTask("list", { declaredFiles: ["checks/"] }),
      ["proof-owned-by-task at checks[0].files[0].path", "proof-owned-by-task at checks[1].files[0].path"],
    ],
    ["a criterion without a check", ({ checks }) => ({ checks: checks.slice(1) }), ["check-missing at REQ-1.1"]],
    [
      "a check of nothing",
      ({ checks: [first, ...rest] }) => ({
        checks: [...rest, ...(first === undefined ? [] : [first, { ...first, criterion: "REQ-9.9" }])],
      }),
      ["unknown-id at checks[2].criterion"],
    ],
    [
      "a check that cannot fail",
      ({ checks }) => ({ checks: checks.map((check) => ({ ...check, command: "true" })) }),
      ["check-cannot-fail at checks[0].command", "check-cannot-fail at checks[1].command"],
    ],
  ])("refuses %s", (_name, change, expected) => {
    expect(findings(change)).toEqual(expected);
  });

  test("a judged criterion has no check, and says so", () => {
    const judged = (plan: Plan): Plan["requirements"] =>
      plan.requirements.map((requirement) => ({
        ...requirement,
        criteria: requirement.criteria.map((criterion) => ({ ...criterion, proof: "judged" as const })),
      }));
    expect(findings((plan) => ({ requirements: judged(plan), checks: [] }))).toEqual([]);
    expect(findings((plan) => ({ requirements: judged(plan) }))).toEqual([
      "judged-with-check at REQ-1.1",
      "judged-with-check at REQ-2.1",
    ]);
  });

  test.each(proofKinds)("a criterion whose proof is %s passes with what that takes", (proof) => {
    const change = (plan: Plan): Partial<Plan> => ({
      requirements: plan.requirements.map((requirement) => ({
        ...requirement,
        criteria: requirement.criteria.map((criterion) => ({ ...criterion, proof })),
      })),
      checks: proof === "check" ? plan.checks : [],
    });
    expect(findings(change)).toEqual([]);
  });

  test("more criteria than one outcome has", () => {
    const criteria = Array.from({ length: maxCriteriaPerTask + 1 }, (_none, index) => ({
      id: `REQ-1.${index + 1}`,
      text: `Note ${index} is kept as it was posted`,
      proof: "judged" as const,
    }));
    const plan =
      (kept: number): ((plan: Plan) => Partial<Plan>) =>
      ({ requirements: [first], tasks: [store] }) => ({
        requirements: first === undefined ? [] : [{ ...first, criteria: criteria.slice(0, kept) }],
        tasks: store === undefined ? [] : [{ ...store, criteria: criteria.slice(0, kept).map((one) => one.id) }],
        checks: [],
      });
    expect(findings(plan(maxCriteriaPerTask))).toEqual([]);
    expect(findings(plan(maxCriteriaPerTask + 1))).toEqual(["too-many-outcomes at store.criteria"]);
  });

  test("every finding says what to do, whatever the plan", () => {
    const text = fc.string({ maxLength: 12 });
    const ids = fc.array(fc.oneof(text, fc.constantFrom("store", "list", "REQ-1.1")), { maxLength: 3 });
    const any = fc.record({ needs: ids, criteria: ids, declaredFiles: ids, ticket: text, title: text, id: text });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (changes) => {
        const plan = samplePlan();
        const tasks = changes.map((change) => ({ ...sampleTask("x", []), ...change }));
        const found = [...judgeRequirements(plan), ...judgeWork({ ...plan, tasks })];
        return found.length > 0 && found.every(({ fix, message }) => fix !== "" && message !== "");
      }),
    );
  });
});
