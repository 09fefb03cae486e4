import type { Task } from "../task/task.ts";
import type { SpecSettings } from "./spec.ts";

/**
 * edited: a person reworded a criterion of a plan under way. failed: a task could not be done as planned. asked: a person
 * wants a task planned anew.
 */
export const amendmentCauses = ["edited", "failed", "asked"] as const;
export type AmendmentCause = (typeof amendmentCauses)[number];

/** A change of an approved plan: a planner gives new checks, or tasks in the place of one, and only that is published. */
export interface Amendment {
  readonly id: string;
  readonly specId: string;
  readonly cause: AmendmentCause;
  /** The task that is replaced; null for an edit. */
  readonly taskId: string | null;
  /** What the new part has to prove. */
  readonly criterionIds: readonly string[];
  readonly decidedBy: "policy" | "person";
  readonly createdTaskIds: readonly string[];
  readonly openedAt: Date;
  /** Null while a planner has not given it. */
  readonly appliedAt: Date | null;
}

/**
 * Whether a task that failed is planned anew without anybody being asked: only where plans are approved by policy, only
 * when others wait for it, once, and never a task that came of replanning itself, so that it ends.
 */
export function replansByItself(
  task: Pick<Task, "id">,
  about: {
    readonly approval: SpecSettings["approval"];
    readonly dependents: number;
    readonly amendments: readonly Pick<Amendment, "taskId" | "createdTaskIds">[];
  },
): boolean {
  return about.approval === "policy" && about.dependents > 0 && !wasReplanned(task, about.amendments);
}

/** It was replaced once already, or is a replacement itself. */
function wasReplanned(
  { id }: Pick<Task, "id">,
  amendments: readonly Pick<Amendment, "taskId" | "createdTaskIds">[],
): boolean {
  return amendments.some((amendment) => amendment.taskId === id || amendment.createdTaskIds.includes(id));
}
