import { describe, expect, test } from "vitest";
import { samplePlan, sampleTask } from "./sample-plan.testsuite.ts";
import { plannedEdges, syncOf } from "./sync.ts";

describe("syncOf", () => {
  test("a plan that passed its gate is ready; the numbers are counted", () => {
    expect(syncOf(samplePlan())).toEqual({
      coverage: [
        {
          requirement: "REQ-1",
          priority: "must",
          criteria: [{ id: "REQ-1.1", proof: "check", checks: 1, task: "store" }],
        },
        {
          requirement: "REQ-2",
          priority: "should",
          criteria: [{ id: "REQ-2.1", proof: "check", checks: 1, task: "list" }],
        },
      ],
      criticalPath: ["store", "list"],
      width: 1,
      overlaps: [],
      counts: { requirements: 2, criteria: 2, checks: 2, tasks: 2 },
      ready: true,
      blockers: [],
    });
  });

  test("what nobody brings about or proves blocks it", () => {
    const plan = samplePlan();
    const sync = syncOf({ ...plan, checks: [], tasks: [sampleTask("store", ["REQ-1.1"])] });
    expect(sync).toMatchObject({ ready: false, blockers: ["nothing proves REQ-1.1", "no task brings REQ-2.1 about"] });
  });

  test("tasks that only share a file count as a chain", () => {
    const plan = samplePlan();
    const tasks = ["a", "b", "c"].map((id) => ({
      ...sampleTask(id, []),
      declaredFiles: id === "c" ? ["c.ts"] : ["README.md"],
    }));
    expect(syncOf({ ...plan, tasks })).toMatchObject({
      criticalPath: ["a", "b"],
      width: 2,
      overlaps: [{ task: "b", needs: "a" }],
    });
    expect(plannedEdges({ tasks: [...tasks, sampleTask("d", [], ["a"])] })).toEqual([
      { task: "d", needs: "a", kind: "hard" },
      { task: "b", needs: "a", kind: "overlap" },
    ]);
  });

  test("a plan without tasks is empty, not wrong", () => {
    expect(syncOf({ ...samplePlan(), tasks: [] })).toMatchObject({ criticalPath: [], width: 0 });
  });
});
