import { expect, test } from "vitest";
import { newAttempt } from "./attempt.ts";

test("a new attempt is in the queue, claimed by nobody and with nothing to show", () => {
  const made = newAttempt({
    id: "01JD0000000000000000000001",
    taskId: "01JD0000000000000000000002",
    specId: "01JD0000000000000000000003",
    projectId: "01JD0000000000000000000004",
    number: 2,
    kind: "validation",
    judges: "01JD0000000000000000000005",
    jobId: "01JD0000000000000000000006",
    agent: "validator",
    strategy: "first",
    model: "anthropic:claude-sonnet-4-5",
    workflowVersion: 1,
    branch: "task/TSK-1-notes",
    baseCommit: null,
    tip: null,
    createdAt: new Date("2026-11-23T00:00:00Z"),
  });
  expect(made).toMatchObject({
    ...{ number: 2, judges: "01JD0000000000000000000005", state: "queued", version: 1, epoch: 0 },
    ...{ brief: null, feedback: null, agentSummary: null, claimedAt: null, endedAt: null },
  });
});
