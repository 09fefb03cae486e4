import { expect, test } from "vitest";
import { waitedForPeople } from "./waited-for-people.ts";

const turn = (seconds: number, need: string, open: boolean) => ({ at: new Date(seconds * 1000), need, open });

test("needs at the same time count once, and one that never was open does not count", () => {
  expect(
    waitedForPeople([
      turn(0, "question 1", false),
      turn(10, "question 1", true),
      turn(12, "question 2", true),
      turn(20, "question 1", false),
      turn(30, "question 2", false),
      turn(100, "approval", true),
      turn(105, "approval", false),
    ]),
  ).toBe(25_000);
});

test("what is still open has not been waited out", () => {
  expect(waitedForPeople([])).toBe(0);
  expect(waitedForPeople([turn(0, "approval", true)])).toBe(0);
});
