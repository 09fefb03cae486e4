import fc from "fast-check";
import { expect, test } from "vitest";
import { label, parseLabel } from "./label.ts";

test("labels are padded as people write them", () => {
  expect([label("SPC", 7), label("TKT", 42), label("TSK", 1042)]).toEqual(["SPC-7", "TKT-042", "TSK-1042"]);
});

test("a label is read back whatever its case, zeros and white space", () => {
  fc.assert(
    fc.property(fc.constantFrom("SPC", "TKT", "TSK"), fc.integer({ min: 1, max: 999_999_999 }), (prefix, number) => {
      expect(parseLabel(prefix, ` ${label(prefix, number).toLowerCase()} `)).toBe(number);
    }),
  );
  expect(parseLabel("TSK", "TSK-0007")).toBe(7);
});

test.each(["SPC-7", "TSK-0", "TSK-", "TSK-1.2", "7", ""])("%j is no task label", (text) => {
  expect(parseLabel("TSK", text)).toBeNull();
});
