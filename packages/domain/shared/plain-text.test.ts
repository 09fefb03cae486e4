import fc from "fast-check";
import { expect, test } from "vitest";
import { listText, oneLine, visibleLines } from "./plain-text.ts";

test("hidden and direction-turning characters are gone, one line is left", () => {
  expect(oneLine("  a\u202Eb\u0000\u200B\n\tc\u001B[31m ", 50)).toBe("ab c[31m");
  expect(visibleLines("a\r\nb\rc\td\u0007\u202E", 50)).toBe("a\nb\nc\td");
});

test("a cut never tears a character apart and is shown", () => {
  expect(oneLine("😀😀😀", 3)).toBe("😀😀😀");
  expect(oneLine("😀😀😀", 2)).toBe("😀…");
  expect(oneLine("abc", 0)).toBe("…");
});

test("is never longer than asked for and is the same when done twice", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (text, maxLength) => {
      const line = oneLine(text, maxLength);
      expect(Array.from(line).length).toBeLessThanOrEqual(maxLength);
      expect(oneLine(line, maxLength)).toBe(line.trim());
      expect(line).not.toMatch(/[\n\r\u0000-\u001F\u202A-\u202E]/u);
    }),
  );
});

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c", "d"], "a, b and 2 more"],
])("%j reads %j", (items, text) => {
  expect(listText(items, 2)).toBe(text);
});
