import type { LiveState, LiveTask } from "./live-state.ts";

const atWork: readonly string[] = ["running", "validating", "landing", "retrying"];

/**
 * The task whose agent a message is for: the chosen one; else the only one that asks, or the only one that is worked on.
 * Null when nobody could know which one is meant.
 */
export function addressee(state: LiveState, chosen: string | null): (LiveTask & { readonly id: string }) | null {
  const known = state.tasks.flatMap((task) => (task.id === null ? [] : [{ ...task, id: task.id }]));
  if (chosen !== null) return known.find(({ label }) => label === chosen) ?? null;
  return only(known.filter(({ asks }) => asks !== null)) ?? only(known.filter(({ status }) => atWork.includes(status)));
}

function only<Value>(values: readonly Value[]): Value | null {
  const [first = null, ...others] = values;
  return others.length === 0 ? first : null;
}
