import { expect, test } from "vitest";
import { faultFixes, faultIsRetryable, faultMessage, FaultError, type Fault } from "./fault.ts";

const faults: readonly {
  readonly fault: Fault;
  readonly says: string;
  readonly fixes: readonly string[];
  readonly retryable: boolean;
}[] = [
  {
    fault: { kind: "not-found", what: "spec", id: "SPC-9", fix: "omoios spec list" },
    says: "spec SPC-9 does not exist",
    fixes: ["omoios spec list"],
    retryable: false,
  },
  {
    fault: { kind: "illegal-move", what: "TSK-001", state: "complete", move: "retry" },
    says: "TSK-001 is complete, so it cannot be tried again",
    fixes: [],
    retryable: false,
  },
  {
    fault: { kind: "illegal-move", what: "SPC-1", state: "in_review", move: "ask_approval" },
    says: "SPC-1 is in review, so it cannot ask approval",
    fixes: [],
    retryable: false,
  },
  {
    fault: { kind: "stale", what: "task", id: "t1" },
    says: "task t1 was changed by somebody else in the meantime",
    fixes: [],
    retryable: true,
  },
  { fault: { kind: "denied", message: "no token" }, says: "no token", fixes: [], retryable: false },
  {
    fault: { kind: "limit", message: "budget spent", fix: "raise it" },
    says: "budget spent",
    fixes: ["raise it"],
    retryable: false,
  },
  {
    fault: { kind: "unavailable", message: "no bwrap", retryable: false },
    says: "no bwrap",
    fixes: [],
    retryable: false,
  },
  {
    fault: { kind: "unavailable", message: "no answer", retryable: true },
    says: "no answer",
    fixes: [],
    retryable: true,
  },
  {
    fault: {
      kind: "invalid",
      message: "Bad config",
      problems: [
        { at: "server.port", message: "is 0.5", fix: "give a whole number" },
        { at: "x", message: "unknown" },
      ],
    },
    says: "Bad config\n  server.port: is 0.5\n  x: unknown",
    fixes: ["give a whole number"],
    retryable: false,
  },
];

test.each(faults)("$fault.kind: $says", ({ fault, says, fixes, retryable }) => {
  expect(faultMessage(fault)).toBe(says);
  expect(faultFixes(fault)).toEqual(fixes);
  expect(faultIsRetryable(fault)).toBe(retryable);
});

test("a FaultError carries its fault and its cause", () => {
  const cause = new Error("disk");
  const error = new FaultError({ kind: "limit", message: "full" }, { cause });
  expect(error).toMatchObject({ name: "FaultError", message: "full", fault: { kind: "limit" }, cause });
});
