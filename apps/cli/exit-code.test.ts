import { expect, test } from "vitest";
import { problemKinds } from "@omoios/contract/problem";
import { specStatuses } from "@omoios/domain/spec/state";
import { exitCodeOfProblem, exitCodes } from "./exit-code.ts";
import { endingOf, foldStanding, type SpecStanding } from "./follow/spec-ending.ts";
import { provenRun, storyOf, unprovenRun } from "./testing/sample-run.ts";

const start: SpecStanding = { status: "draft", attention: null, paused: null, blocked: new Map() };

test("every kind of problem has an exit code", () => {
  const codes = Object.fromEntries(problemKinds.map((kind) => [kind, exitCodeOfProblem(kind)]));
  expect(codes).toEqual({
    "not-found": 2,
    "illegal-move": 2,
    stale: 2,
    denied: 2,
    limit: 4,
    invalid: 2,
    unavailable: 2,
    ambiguous: 2,
    unauthenticated: 2,
    malformed: 2,
    bug: 1,
  });
});

test("every status of a spec either ends a run with a code or lets it go on", () => {
  const codes = Object.fromEntries(specStatuses.map((status) => [status, endingOf({ ...start, status }, "person")]));
  expect(codes).toEqual({
    draft: null,
    planning: null,
    awaiting_approval: 5,
    executing: null,
    verifying: null,
    in_review: 0,
    merged: 0,
    closed: 0,
    failed: 3,
    cancelled: 3,
  });
  expect(endingOf({ ...start, status: "awaiting_approval" }, "policy")).toBeNull();
});

test("the stories end as they should", () => {
  expect(endingOf(storyOf(provenRun).reduce(foldStanding, start), "policy")).toBe(exitCodes.done);
  expect(endingOf(storyOf(unprovenRun).reduce(foldStanding, start), "policy")).toBe(exitCodes.notProven);
});

test("attention without unproven work waits for a person; cleared, the run goes on", () => {
  const held: SpecStanding = {
    ...start,
    status: "executing",
    attention: "CI is changed",
    blocked: new Map([["TSK-001", "policy"]]),
  };
  expect(endingOf(held, "policy")).toBe(exitCodes.waitingForPerson);
  expect(endingOf({ ...held, attention: null }, "policy")).toBeNull();
});

test("a used-up budget has a code of its own, whatever else is wrong, until it is raised", () => {
  const paused: SpecStanding = {
    ...start,
    status: "executing",
    paused: "0.00 USD left",
    attention: "TSK-001 is blocked",
  };
  expect(endingOf(paused, "policy")).toBe(exitCodes.budget);
  expect(endingOf({ ...paused, status: "in_review" }, "policy")).toBe(exitCodes.done);
  const resumed = foldStanding(paused, {
    ...{ seq: 1, projectId: "p", specId: "s", taskId: null, attemptId: null, at: "2026-03-01T10:00:00.000Z" },
    type: "spec.resumed",
    payload: { label: "SPC-1", reason: "a person asked for it" },
  });
  expect(endingOf({ ...resumed, attention: null }, "policy")).toBeNull();
});
