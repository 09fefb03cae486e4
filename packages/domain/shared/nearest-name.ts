/** The known name a person most likely meant, or null when none is close enough. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map((each) => ({ each, distance: editDistance(name.toLowerCase(), each.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return null;
  return best.distance <= Math.max(2, Math.floor(best.each.length / 3)) ? best.each : null;
}

/** Least number of letters to add, remove or replace. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replace = Number(previous[column]) + (letter === other ? 0 : 1);
      const remove = Number(previous[column + 1]) + 1;
      const add = Number(current[column]) + 1;
      current.push(Math.min(replace, remove, add));
    }
    previous = current;
  }
  return Number(previous.at(-1));
}
