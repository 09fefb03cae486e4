import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptMoves, attemptStates, isLiveAttempt, liveAttemptStates } from "../attempt/state.ts";
import { candidateMoves } from "../landing/candidate-state.ts";
import { conflictMoves } from "../landing/conflict-state.ts";
import { sandboxMoves } from "../sandbox/state.ts";
import { specMoves } from "../spec/state.ts";
import { taskMoves } from "../task/state.ts";
import { applyMove, finalStates, legalMoves, type MoveTable } from "./moves.ts";

const tables: readonly {
  readonly name: string;
  readonly table: MoveTable<string, string>;
  readonly start: string;
  readonly ends: readonly string[];
}[] = [
  { name: "spec", table: specMoves, start: "draft", ends: ["merged", "closed", "cancelled"] },
  { name: "task", table: taskMoves, start: "pending", ends: ["complete", "cancelled"] },
  {
    name: "attempt",
    table: attemptMoves,
    start: "queued",
    ends: ["landed", "rejected", "failed", "lost", "cancelled", "finished"],
  },
  { name: "candidate", table: candidateMoves, start: "proposed", ends: ["landed", "returned"] },
  { name: "conflict", table: conflictMoves, start: "open", ends: ["resolved", "dropped"] },
  { name: "sandbox", table: sandboxMoves, start: "opening", ends: ["destroyed"] },
];

describe.each(tables)("the moves of a $name", ({ name, table, start, ends }) => {
  const states = Object.keys(table);

  function reachedFrom(from: string): ReadonlySet<string> {
    const reached = new Set([from]);
    for (const state of reached) for (const next of Object.values(table[state] ?? {})) if (next) reached.add(next);
    return reached;
  }

  test("reach every state from the first one", () => {
    expect([...reachedFrom(start)].sort()).toEqual([...states].sort());
  });

  test("leave no final state", () => {
    expect([...finalStates(table)].sort()).toEqual([...ends].sort());
  });

  test("leave a way to an end open everywhere", () => {
    for (const state of states) expect(ends.some((end) => reachedFrom(state).has(end))).toBe(true);
  });

  test("stay inside the table on any walk, and refuse every other move with its name", () => {
    const names = [...new Set(states.flatMap((state) => legalMoves(table, state)))];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 40 }), (walk) => {
        let state = start;
        for (const move of walk) {
          const moved = applyMove(table, { what: name, state }, move);
          if (moved.ok) {
            expect(states).toContain(moved.value);
            expect(legalMoves(table, state)).toContain(move);
            state = moved.value;
          } else {
            expect(moved.fault).toEqual({ kind: "illegal-move", what: name, state, move });
            expect(legalMoves(table, state)).not.toContain(move);
          }
        }
      }),
    );
  });
});

test("an attempt holds its task in every state that is not final", () => {
  const open = Object.keys(attemptMoves).filter((state) => !(finalStates(attemptMoves) as string[]).includes(state));
  expect([...liveAttemptStates].sort()).toEqual(open.sort());
  expect(attemptStates.filter(isLiveAttempt)).toEqual(liveAttemptStates);
});
