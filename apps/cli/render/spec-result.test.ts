import type { TaskSummary } from "@omoios/contract/http-task";
import { expect, test } from "vitest";
import { specId, specView } from "../testing/sample-run.ts";
import { nextSteps } from "./spec-result.ts";

function stoppedTask(label: string, blockedReason: "attempts" | "dependency"): TaskSummary {
  return {
    ...{ id: specId, label, spec: "SPC-1", specId, ticket: null, title: label, mode: "implementation" },
    ...{ status: "blocked", blockedReason, priority: "medium", attempts: 3, agentState: null, needs: [], unmet: 0 },
    ...{ score: null, question: null, branch: label, createdAt: "2026-03-01T10:00:00.000Z" },
    ...{ readyAt: null, retryAt: null, endedAt: null },
  };
}

test("of tasks that are stopped the one is named that has to be mended, not one that waits for it", () => {
  const tasks = [stoppedTask("TSK-001", "dependency"), stoppedTask("TSK-002", "attempts")];
  const lines = (shown: TaskSummary[]) => nextSteps(specView("executing", { tasks: shown })).map(({ line }) => line);
  expect(lines(tasks)).toContain("omoios task retry TSK-002");
  expect(lines(tasks.slice(0, 1))).toContain("omoios task retry TSK-001");
});
