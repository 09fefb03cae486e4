import { expect, test } from "vitest";
import type { Candidate } from "@omoios/domain/landing/candidate";
import { later } from "../testing/sample-rows.ts";
import { landedStates } from "./landed-states.ts";

function candidate(specTip: string, commit: string, change: Partial<Candidate> = {}): Candidate {
  return {
    ...{
      attemptId: `attempt of ${commit}`,
      specId: "spec",
      specTip,
      taskTip: "work",
      commit,
      tree: `tree of ${commit}`,
    },
    ...{ state: "landed", reason: null, createdAt: later(0), endedAt: later(1) },
    ...change,
  };
}

test("nothing has landed while no candidate was made on the base", () => {
  expect(landedStates("base", [])).toEqual([]);
  expect(landedStates("base", [candidate("base", "one", { state: "returned" })])).toEqual([]);
});

test("landings come in the order of the branch, whatever was written down first, and never go back in time", () => {
  const states = landedStates("base", [
    candidate("two", "three", { endedAt: later(9) }),
    candidate("one", "two", { endedAt: later(3) }),
    candidate("base", "lost the race", { state: "returned" }),
    candidate("base", "one", { endedAt: later(5) }),
  ]);
  expect(states).toEqual([
    { commit: "one", tree: "tree of one", landedAt: later(5) },
    { commit: "two", tree: "tree of two", landedAt: later(5) },
    { commit: "three", tree: "tree of three", landedAt: later(9) },
  ]);
});
