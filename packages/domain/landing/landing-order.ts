/** Two branches that conflict, with their {@link conflictScore}. Pairs that merge cleanly are left out, or score 0. */
export interface BranchConflict {
  readonly branches: readonly [string, string];
  readonly score: number;
}

/**
 * The order in which ready branches land: the one with the fewest conflicts first, everything it conflicts with to the
 * back, and so on. Ties go to the lower total score, then to the place in `ready`, which the caller has put in order of
 * priority. The front of the result merges without a conflict among itself.
 */
export function landingOrder(ready: readonly string[], conflicts: readonly BranchConflict[]): readonly string[] {
  const scores = scoresByBranch(ready, conflicts);
  const order: string[] = [];
  let waiting = [...new Set(ready)];
  while (waiting.length > 0) {
    const back: string[] = [];
    let front = waiting;
    while (front.length > 0) {
      const next = fewestConflicts(front, scores);
      const rivals = scores.get(next);
      order.push(next);
      back.push(...front.filter((branch) => rivals?.has(branch) === true));
      front = front.filter((branch) => branch !== next && rivals?.has(branch) !== true);
    }
    waiting = waiting.filter((branch) => back.includes(branch));
  }
  return order;
}

type Scores = ReadonlyMap<string, ReadonlyMap<string, number>>;

function scoresByBranch(ready: readonly string[], conflicts: readonly BranchConflict[]): Scores {
  const scores = new Map(ready.map((branch) => [branch, new Map<string, number>()]));
  for (const { branches, score } of conflicts) {
    const [first, second] = branches;
    if (score <= 0 || first === second) continue;
    scores.get(first)?.set(second, score);
    scores.get(second)?.set(first, score);
  }
  return scores;
}

function fewestConflicts(front: readonly string[], scores: Scores): string {
  const ranked = front.map((branch, place) => {
    const rivals = front.flatMap((other) => scores.get(branch)?.get(other) ?? []);
    return { branch, place, count: rivals.length, total: rivals.reduce((sum, score) => sum + score, 0) };
  });
  return ranked.reduce((best, each) =>
    (each.count - best.count || each.total - best.total || each.place - best.place) < 0 ? each : best,
  ).branch;
}
