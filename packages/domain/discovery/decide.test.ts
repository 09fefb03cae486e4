import { describe, expect, test } from "vitest";
import { finalStates } from "../shared/moves.ts";
import { decideDiscovery, judgeFoundWork, type DiscoveryCase, type DiscoveryLimits } from "./decide.ts";
import { isSameWork, type FoundWork } from "./discovery.ts";
import { discoveryMoves } from "./state.ts";

const limits: DiscoveryLimits = { depth: 2, perAttempt: 3, planShare: 0.3, budgetShare: 0.15 };
const work: FoundWork = {
  title: "Close the file handle",
  description: "The reader leaves its file open",
  why: "The new route opens one a request",
  files: ["src/read.ts"],
  criterion: "After 100 reads the process has as many open files as before",
  check: "node --test test/handles.test.js",
  requirement: null,
};
const found: DiscoveryCase = { work, depth: 1, planned: 10, accepted: 0, budgetUsed: 0 };

function decide(change: Partial<DiscoveryCase>, workChange: Partial<FoundWork> = {}) {
  return decideDiscovery({ ...found, ...change, work: { ...work, ...workChange } }, limits);
}

describe("a discovery", () => {
  test.each([[{}], [{ depth: 2 }], [{ accepted: 2 }], [{ planned: 1 }], [{ budgetUsed: 0.15 }]] satisfies readonly [
    Partial<DiscoveryCase>,
  ][])("within the limits becomes a task: %j", (change) => {
    expect(decide(change)).toEqual({ kind: "accept" });
  });

  test.each([
    [{ depth: 3 }, "3 tasks away from the plan (at most 2)"],
    [{ accepted: 3 }, "3 discovered tasks are enough for a plan of 10"],
    [{ accepted: 1, planned: 1 }, "1 discovered tasks are enough for a plan of 1"],
    [{ budgetUsed: 0.151 }, "15 % of the budget (at most 15 %)"],
  ] satisfies readonly [Partial<DiscoveryCase>, string][])("beyond them waits for a person: %j", (change, reason) => {
    expect(decide(change)).toEqual({ kind: "inbox", reason: expect.stringContaining(reason) as string });
  });

  test.each([
    [{ requirement: "The reader SHALL close every file" }, "a requirement that was never approved"],
    [{ check: null }, "it has no check"],
    [{ check: "true" }, "Its check.command"],
    [{ title: "x" }, "Its title"],
    [{ title: "Fix the handle and add a cache" }, "second outcome"],
    [{ files: [] }, "Its files"],
    [{ files: ["../outside"] }, "leaves the repository"],
    [{ files: ["src/a.ts", ".npmrc"] }, "a person has to agree to"],
    [{ criterion: "it works" }, "Its criterion"],
  ] satisfies readonly [Partial<FoundWork>, string][])(
    "that no plan could hold waits for a person: %j",
    (change, reason) => {
      expect(decide({}, change)).toEqual({ kind: "inbox", reason: expect.stringContaining(reason) as string });
    },
  );

  test("with a requirement of its own is held to the form of one", () => {
    expect(judgeFoundWork({ ...work, requirement: "handles" }).map(({ rule }) => rule)).toEqual(["ears-form"]);
  });

  test("passes the rules without a check, which a person may still give it", () => {
    expect(judgeFoundWork({ ...work, check: null })).toEqual([]);
  });

  test("is the same as one with the same words and files", () => {
    const again = { title: "close the file-handle!", files: ["src/read.ts", "src/read.ts"] };
    expect(isSameWork(work, again)).toBe(true);
    expect(isSameWork(work, { ...again, files: ["src/write.ts"] })).toBe(false);
    expect(isSameWork(work, { ...again, title: "Open it" })).toBe(false);
  });

  test("is decided once", () => {
    expect(finalStates(discoveryMoves)).toEqual(["accepted", "dismissed"]);
  });
});
