import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { conflictScore, type ScoredConflict } from "./conflict-score.ts";

const conflict = (type: string, paths: readonly string[] = ["a"], hunks = 0): ScoredConflict => ({
  type: `CONFLICT (${type})`,
  paths,
  hunks,
});

describe("conflictScore", () => {
  test("is 0 without conflicts", () => {
    expect(conflictScore([])).toBe(0);
  });

  test.each([
    ["contents", 1],
    ["rename/rename", 2],
    ["directory rename suggested", 2],
    ["file/directory", 2],
    ["modify/delete", 3],
    ["binary", 5],
    ["submodule not initialized", 5],
    ["distinct modes", 5],
  ])("weighs %s as %i", (type, points) => {
    expect(conflictScore([conflict(type)])).toBe(points);
  });

  test("adds a point for every three hunks", () => {
    expect([2, 3, 5, 6].map((hunks) => conflictScore([conflict("contents", ["a"], hunks)]))).toEqual([1, 2, 2, 3]);
  });

  test("counts a path once, by the heaviest of its conflicts", () => {
    expect(conflictScore([conflict("binary"), conflict("contents")])).toBe(5);
    expect(conflictScore([conflict("contents"), conflict("contents", ["b"])])).toBe(2);
  });

  test("weighs a conflict that names no path", () => {
    expect(conflictScore([conflict("contents", [])])).toBe(1);
  });

  test("does not depend on the order, and more conflicts never weigh less", () => {
    const conflicts = fc.array(
      fc.record({
        type: fc
          .constantFrom("contents", "binary", "modify/delete", "rename/rename")
          .map((name) => `CONFLICT (${name})`),
        paths: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }),
        hunks: fc.nat(20),
      }),
    );
    fc.assert(
      fc.property(conflicts, (all) => {
        expect(conflictScore(all.toReversed())).toBe(conflictScore(all));
        expect(conflictScore(all.slice(1))).toBeLessThanOrEqual(conflictScore(all));
        expect(conflictScore(all) > 0).toBe(all.length > 0);
      }),
    );
  });
});
