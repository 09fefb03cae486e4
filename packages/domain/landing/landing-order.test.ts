import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { landingOrder, type BranchConflict } from "./landing-order.ts";

const between = (first: string, second: string, score = 1): BranchConflict => ({ branches: [first, second], score });

describe("landingOrder", () => {
  test("keeps the given order when nothing conflicts", () => {
    expect(landingOrder(["c", "a", "b"], [])).toEqual(["c", "a", "b"]);
    expect(landingOrder([], [])).toEqual([]);
  });

  test("puts the branch that conflicts with everything last", () => {
    expect(
      landingOrder(["wide", "a", "b", "c"], [between("wide", "a"), between("wide", "b"), between("wide", "c")]),
    ).toEqual(["a", "b", "c", "wide"]);
  });

  test("breaks a tie in number by the lower score, then by the given place", () => {
    expect(landingOrder(["a", "b", "c", "d"], [between("a", "b", 5), between("c", "d", 1)])).toEqual([
      "c",
      "a",
      "b",
      "d",
    ]);
    expect(landingOrder(["b", "a"], [between("a", "b")])).toEqual(["b", "a"]);
  });

  test("ignores pairs that merge cleanly, unknown branches, and a branch against itself", () => {
    expect(landingOrder(["a", "b"], [between("a", "b", 0), between("a", "gone"), between("a", "a")])).toEqual([
      "a",
      "b",
    ]);
  });

  const sets = fc.integer({ min: 1, max: 9 }).chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `b${String(index)}`);
    const pair = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.nat(9));
    return fc.record({
      names: fc.constant(names),
      conflicts: fc.array(
        pair.map(([first, second, score]) => between(first, second, score)),
        { maxLength: 30 },
      ),
    });
  });

  const clash = (conflicts: readonly BranchConflict[], first: string, second: string): boolean =>
    conflicts.some(
      ({ branches, score }) => score > 0 && first !== second && branches.includes(first) && branches.includes(second),
    );

  test("every branch lands once, and the front is a set without conflicts that nothing could join", () => {
    fc.assert(
      fc.property(sets, ({ names, conflicts }) => {
        const order = landingOrder(names, conflicts);
        expect(order.toSorted()).toEqual(names.toSorted());
        const front: string[] = [];
        for (const branch of order) {
          if (front.some((other) => clash(conflicts, branch, other))) break;
          front.push(branch);
        }
        for (const branch of order.slice(front.length))
          expect(front.some((other) => clash(conflicts, branch, other))).toBe(true);
      }),
    );
  });
});
