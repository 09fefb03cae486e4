import type { LiveTask } from "./live-state.ts";

/** How long it may still take, from the fastest and the slowest task of this run. */
export interface RemainingTime {
  readonly fromMs: number;
  readonly toMs: number;
  /** How many finished tasks it rests on. */
  readonly basis: number;
}

const leastBasis = 2;
const over = ["complete", "cancelled", "failed"] as const satisfies LiveTask["status"][];

/**
 * A range for the tasks that are left, or null while too few have finished to say anything. Tasks that wait for each
 * other take their turns; the rest runs as many at once as were seen at once.
 */
export function remainingTime(tasks: readonly LiveTask[]): RemainingTime | null {
  const took = tasks.flatMap(({ startedAt, completeAt }) =>
    startedAt === null || completeAt === null ? [] : [Date.parse(completeAt) - Date.parse(startedAt)],
  );
  const open = tasks.filter(({ status }) => !(over as readonly string[]).includes(status));
  if (took.length < leastBasis || open.length === 0) return null;
  const turns = Math.max(longestChain(open), Math.ceil(open.length / seenAtOnce(tasks)));
  return { fromMs: turns * Math.min(...took), toMs: turns * Math.max(...took), basis: took.length };
}

function longestChain(tasks: readonly LiveTask[]): number {
  const depths = new Map<string, number>();
  const depthOf = (label: string): number => {
    const known = depths.get(label);
    if (known !== undefined) return known;
    // A plan has no cycle; if a view ever had one, it would end here.
    depths.set(label, 0);
    const task = tasks.find((one) => one.label === label);
    const depth = task === undefined ? 0 : 1 + Math.max(0, ...task.needs.map(depthOf));
    depths.set(label, depth);
    return depth;
  };
  return Math.max(0, ...tasks.map(({ label }) => depthOf(label)));
}

/** The most tasks that were worked on at one time. */
function seenAtOnce(tasks: readonly LiveTask[]): number {
  const spans = tasks.flatMap(({ startedAt, completeAt }) =>
    startedAt === null ? [] : [{ from: startedAt, to: completeAt ?? "9999" }],
  );
  return Math.max(1, ...spans.map(({ from }) => spans.filter((one) => one.from <= from && from < one.to).length));
}
