import { expect, test } from "vitest";
import { taskStatuses } from "../task/state.ts";
import { specOutlook, type OutlookTask } from "./outlook.ts";

const task = (status: OutlookTask["status"], change: Partial<OutlookTask> = {}): OutlookTask => ({
  number: 1,
  status,
  unmet: 0,
  blockedReason: null,
  question: null,
  ...change,
});

test("done when no task is left: what a cancelled one leaves unmet is seen when the spec is verified", () => {
  expect(specOutlook([task("complete"), task("cancelled")])).toEqual({ kind: "done" });
});

test("waiting while a planner is at a task", () => {
  expect(specOutlook([task("blocked", { blockedReason: "replan" })])).toEqual({ kind: "waiting" });
});

test("done when every task is complete", () => {
  expect(specOutlook([task("complete"), task("complete")])).toEqual({ kind: "done" });
});

test("waiting while anything can go on by itself", () => {
  for (const status of ["ready", "running", "validating", "landing", "retrying", "pending"] as const) {
    expect(specOutlook([task("blocked"), task("complete"), task(status)])).toEqual({ kind: "waiting" });
  }
});

test("stuck, with a reason for each task, when nothing can", () => {
  const outlook = specOutlook([
    task("complete"),
    task("blocked", { number: 2, blockedReason: "criteria", question: "Retry it?" }),
    task("failed", { number: 3 }),
    task("cancelled", { number: 4 }),
    task("pending", { number: 5, unmet: 1 }),
    task("pending", { number: 6, unmet: 1 }),
  ]);
  expect(outlook).toEqual({
    kind: "stuck",
    reasons: [
      "TSK-002 is blocked (criteria): Retry it?",
      "TSK-003 is failed",
      "TSK-005 and TSK-006 cannot start: nothing they wait for goes on",
    ],
  });
});

test("every single status has an outlook", () => {
  expect(taskStatuses.map((status) => specOutlook([task(status, { unmet: 1 })]).kind)).toEqual([
    "stuck",
    "waiting",
    "waiting",
    "waiting",
    "waiting",
    "done",
    "waiting",
    "stuck",
    "stuck",
    "done",
  ]);
});
