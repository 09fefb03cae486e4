import type { Candidate } from "@omoios/domain/landing/candidate";
import type { LandedState } from "@omoios/domain/spec/goal";

/**
 * What landed on a spec's branch, in the order of the branch: each candidate was made on the commit before it. Times do
 * not tell, since a process may die between moving the branch and writing it down, and be overtaken by the next landing.
 */
export function landedStates(baseCommit: string, candidates: readonly Candidate[]): readonly LandedState[] {
  const byTip = new Map(candidates.filter(({ state }) => state === "landed").map((one) => [one.specTip, one]));
  const states: LandedState[] = [];
  for (let next = byTip.get(baseCommit); next !== undefined; next = byTip.get(next.commit)) {
    const writtenAt = next.endedAt ?? next.createdAt;
    const before = states.at(-1)?.landedAt ?? writtenAt;
    states.push({ commit: next.commit, tree: next.tree, landedAt: writtenAt < before ? before : writtenAt });
  }
  return states;
}
