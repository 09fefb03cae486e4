import { expect, test } from "vitest";
import { diffCutLine, isCutDiff } from "./cut-diff.ts";

test("a diff is cut when its last line says so, wherever else those words stand", () => {
  expect(isCutDiff(`+one\n${diffCutLine(5)}`)).toBe(true);
  expect(isCutDiff(diffCutLine(0))).toBe(true);
  expect(isCutDiff("")).toBe(false);
  expect(isCutDiff(`+one\n${diffCutLine(5)}+two\n`)).toBe(false);
  expect(isCutDiff(`+one\n+${diffCutLine(5)}`)).toBe(false);
});
