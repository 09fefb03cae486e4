import { expect, test } from "vitest";
import { nextKind } from "./next-kind.ts";

const red = { feedback: { kind: "criteria" as const, message: "REQ-1.1 not met", items: [] } };
const lost = { feedback: { kind: "lost" as const, message: "its worker died", items: [] } };

test("work is implemented and a repository is explored, whatever happened before", () => {
  expect(nextKind({ kind: "work", mergeCommit: null }, [])).toBe("implementation");
  expect(nextKind({ kind: "work", mergeCommit: null }, [red, lost])).toBe("implementation");
  expect(nextKind({ kind: "exploration", mergeCommit: null }, [red])).toBe("exploration");
});

test("the base branch is merged without an agent until the merge breaks what was proven", () => {
  const task = { kind: "work", mergeCommit: "abc" } as const;
  expect(nextKind(task, [])).toBe("base_merge");
  expect(nextKind(task, [lost, { feedback: null }])).toBe("base_merge");
  expect(nextKind(task, [red])).toBe("implementation");
  expect(nextKind(task, [red, lost])).toBe("implementation");
});
