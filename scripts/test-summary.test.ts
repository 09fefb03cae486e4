import { expect, test } from "vitest";
import { lastLine, settle, unlistedSkips } from "./test-summary.ts";

const green = { passed: 3, failed: 0, skipped: [] };

test("a green run stays green", () => {
  expect(settle(green, 0)).toEqual(green);
});

test.each([
  ["vitest died without a word", undefined, 1],
  ["no test ran", { ...green, passed: 0 }, 0],
  ["vitest failed and no test did", green, 1],
])("it counts as a failure when %s", (_what, reported, exitCode) => {
  expect(settle(reported, exitCode).failed).toBe(1);
});

test("a failure is not counted twice", () => {
  expect(settle({ ...green, failed: 2 }, 1).failed).toBe(2);
});

test("a skip is allowed by its full name or by the beginning of it", () => {
  const list = "# why each may be skipped\na.test.ts > one   # needs a licence\nb.test.ts > *\n\n";
  const skipped = ["a.test.ts > one", "a.test.ts > one more", "b.test.ts > two"];
  expect(unlistedSkips(skipped, list)).toEqual(["a.test.ts > one more"]);
});

test("the last line is the one machines read", () => {
  expect(lastLine({ passed: 3, failed: 1, skipped: ["a"] })).toBe("3 passed, 1 failed, 1 skipped");
});
