/** One conflict of a merge that was tried. */
export interface ScoredConflict {
  readonly paths: readonly string[];
  /** Git's own name, for example `CONFLICT (contents)`. */
  readonly type: string;
  /** Conflicting places in the merged text. */
  readonly hunks: number;
}

const hunksPerPoint = 3;

/**
 * How hard the conflicts of a merge are to resolve: 0 for none. Each conflicted path counts once, with the heaviest of
 * its conflicts (git reports a binary one as `(binary)` and as `(contents)`), plus a point for every three hunks.
 */
export function conflictScore(conflicts: readonly ScoredConflict[]): number {
  const heaviest = new Map<string, number>();
  for (const conflict of conflicts) {
    const key = conflict.paths[0] ?? "";
    const points = weightOf(conflict.type) + Math.floor(conflict.hunks / hunksPerPoint);
    heaviest.set(key, Math.max(heaviest.get(key) ?? 0, points));
  }
  return [...heaviest.values()].reduce((sum, points) => sum + points, 0);
}

/** An edited or added text can be merged line by line; nobody can do that for a binary file. */
function weightOf(type: string): number {
  const kind = type.toLowerCase();
  if (/binary|submodule|distinct modes/u.test(kind)) return 5;
  if (kind.includes("modify/delete")) return 3;
  if (/rename|directory/u.test(kind)) return 2;
  return 1;
}
