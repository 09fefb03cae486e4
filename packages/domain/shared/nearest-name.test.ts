import { expect, test } from "vitest";
import { nearest } from "./nearest-name.ts";

test.each([
  ["slotz", "slots"],
  ["retrydelayms", "retryDelayMs"],
  ["maxAttemps", "maxAttempts"],
  ["entirely", null],
])("%s means %s", (name, meant) => {
  expect(nearest(name, ["slots", "slotsPerProject", "maxAttempts", "retryDelayMs"])).toBe(meant);
});
