import { expect, test } from "vitest";
import { effortOf, unknownEffort } from "./effort.ts";

test("a line is one, a day is ten, and what nobody guessed is in the middle", () => {
  expect([0, 0.3, 0.7, 1].map(effortOf)).toEqual([1, 4, 7, 10]);
  expect(unknownEffort).toBe(effortOf(0.5));
});
