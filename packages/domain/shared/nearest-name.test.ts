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

test("among no names there is none to mean", () => {
  expect(nearest("slots", [])).toBeNull();
});
