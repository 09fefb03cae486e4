import type { Task } from "../task/task.ts";
import type { Attempt } from "./attempt.ts";
import type { AttemptKind } from "./state.ts";

/**
 * What kind of attempt comes next at a task without a conflict. The base branch is brought in without an agent, until its
 * merge turns out to break what was proven: then an agent mends the merge.
 */
export function nextKind(
  task: Pick<Task, "kind" | "mergeCommit">,
  earlier: readonly Pick<Attempt, "feedback">[],
): Exclude<AttemptKind, "resolution" | "validation"> {
  if (task.kind === "exploration") return "exploration";
  const broke = earlier.some(({ feedback }) => feedback?.kind === "criteria");
  return task.mergeCommit === null || broke ? "implementation" : "base_merge";
}
