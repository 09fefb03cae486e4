import fc from "fast-check";
import { expect, test } from "vitest";
import { durationText } from "./duration.ts";

test.each([
  [-5, "0 ms"],
  [850.4, "850 ms"],
  [1000, "1 s"],
  [4290, "4.2 s"],
  [42_900, "42 s"],
  [300_000, "5 min"],
  [330_000, "5 min 30 s"],
  [5_400_000, "1 h 30 min"],
  [7_205_000, "2 h"],
  [90_000_000, "1 d 1 h"],
])("%d ms is %s", (lengthMs, text) => {
  expect(durationText(lengthMs)).toBe(text);
});

test("never says more than was", () => {
  const sizes: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000, ms: 1 };
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), (lengthMs) => {
      const words = durationText(lengthMs).split(" ");
      const said = words.reduce(
        (sum, word, index) => (index % 2 === 0 ? sum + Number(word) * (sizes[words[index + 1] ?? ""] ?? NaN) : sum),
        0,
      );
      expect(said).toBeLessThanOrEqual(lengthMs + 1);
      expect(said).toBeGreaterThan(lengthMs * 0.9 - 1);
    }),
  );
});
