import { expect, test } from "vitest";
import { taskLabel } from "./task-label.ts";

test("explorations have labels of their own, so that those of the plan have no gaps", () => {
  expect(taskLabel({ kind: "work", number: 7 })).toBe("TSK-007");
  expect(taskLabel({ kind: "exploration", number: 7 })).toBe("XPL-7");
});
