import { expect, test } from "vitest";
import { isRegressionGuard } from "./regression-guard.ts";

test("a criterion that begins with the agreed words guards what is there, any other asks for something new", () => {
  expect(isRegressionGuard({ text: "As before: GET /notes lists all notes" })).toBe(true);
  expect(isRegressionGuard({ text: " as before: GET /notes lists all notes" })).toBe(true);
  expect(isRegressionGuard({ text: "GET /notes answers as before: all notes" })).toBe(false);
});
