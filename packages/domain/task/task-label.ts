import { label } from "../shared/label.ts";
import type { Task } from "./task.ts";

/** What people call a task: `TSK-101` for work of a plan, `XPL-7` for an exploration. */
export function taskLabel({ kind, number }: Pick<Task, "kind" | "number">): string {
  return label(kind === "exploration" ? "XPL" : "TSK", number);
}
