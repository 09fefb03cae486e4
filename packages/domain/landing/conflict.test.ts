import { expect, test } from "vitest";
import { conflictBranch, conflictPaths } from "./conflict.ts";

test("a conflict's paths are named once, its branch after the task", () => {
  const item = (...paths: string[]) => ({ paths, type: "CONFLICT (contents)", message: "", hunks: 1 });
  expect(conflictPaths({ items: [item("b", "a"), item("a")] })).toEqual(["a", "b"]);
  expect(conflictBranch("TSK-101")).toBe("conflict/TSK-101");
});
