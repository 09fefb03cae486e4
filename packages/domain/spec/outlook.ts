import { label } from "../shared/label.ts";
import { listText } from "../shared/plain-text.ts";
import type { TaskStatus } from "../task/state.ts";
import type { Task } from "../task/task.ts";

/** Where the tasks of a spec are heading; a fold of them, stored nowhere. */
export type SpecOutlook =
  | { readonly kind: "waiting" }
  | { readonly kind: "done" }
  /** Nothing goes on without a person; each reason is a sentence about one task. */
  | { readonly kind: "stuck"; readonly reasons: readonly string[] };

export type OutlookTask = Pick<Task, "number" | "status" | "unmet" | "blockedReason" | "question">;

/**
 * `done` when no task is left to do: what a cancelled one leaves unmet is seen when the spec is verified. `stuck` when
 * some are left and none of them can get there by itself.
 */
export function specOutlook(tasks: readonly OutlookTask[]): SpecOutlook {
  const open = tasks.filter((task) => task.status !== "complete");
  if (open.every((task) => task.status === "cancelled")) return { kind: "done" };
  if (open.some(goesOn)) return { kind: "waiting" };
  // What needs a cancelled one is blocked and names it.
  const ended = open.filter((task) => task.status !== "pending" && task.status !== "cancelled").map(reasonOf);
  const waiting = open.filter((task) => task.status === "pending").map((task) => label("TSK", task.number));
  const left = waiting.length === 0 ? [] : [`${listText(waiting, 5)} cannot start: nothing they wait for goes on`];
  return { kind: "stuck", reasons: [...ended, ...left] };
}

/** A pending task goes on when all it needs is complete; otherwise one of the tasks it needs has to go on. */
function goesOn(task: OutlookTask): boolean {
  const going: Record<TaskStatus, boolean> = {
    pending: task.unmet === 0,
    ready: true,
    running: true,
    validating: true,
    landing: true,
    retrying: true,
    complete: false,
    blocked: task.blockedReason === "replan",
    failed: false,
    cancelled: false,
  };
  return going[task.status];
}

function reasonOf(task: OutlookTask): string {
  const why = task.blockedReason === null ? "" : ` (${task.blockedReason})`;
  return `${label("TSK", task.number)} is ${task.status}${why}${task.question === null ? "" : `: ${task.question}`}`;
}
