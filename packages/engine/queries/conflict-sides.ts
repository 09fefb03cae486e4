import { conflictPaths, type Conflict } from "@omoios/domain/landing/conflict";
import { label } from "@omoios/domain/shared/label";
import type { Task } from "@omoios/domain/task/task";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { Hub } from "../ports/repository.ts";
import type { TaskStore } from "../ports/task-store.ts";
import { goalLines } from "../prompts/brief.ts";
import { landedTasks } from "./landed-tasks.ts";

const maxSideBytes = 60_000;

/** What a task is for. */
export interface Intent {
  readonly label: string;
  readonly title: string;
  readonly description: string;
  /** What is checked about it, in words. */
  readonly goal: readonly string[];
}

/** Both sides of a conflict: what each is for, and what it did to the files in question since their merge base. */
export interface ConflictSides {
  readonly work: Intent;
  readonly landed: readonly Intent[];
  readonly diffs: { readonly work: string; readonly landed: string };
}

export interface SideParts {
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly plans: PlanStore;
  readonly proofs: ProofStore;
}

export async function conflictSides(
  parts: SideParts,
  of: { readonly hub: Hub; readonly task: Task; readonly conflict: Pick<Conflict, "specTip" | "taskTip" | "items"> },
): Promise<ConflictSides> {
  const { hub, task, conflict } = of;
  const base = await hub.mergeBase(conflict.specTip, conflict.taskTip);
  const cut = { maxBytes: maxSideBytes, paths: conflictPaths(conflict) };
  const landed = await landedTasks(parts, { hub, specId: task.specId, from: base, to: conflict.specTip });
  return {
    work: await intentOf(parts, task),
    landed: await Promise.all(landed.map((one) => intentOf(parts, one))),
    diffs: {
      landed: await hub.diff(base, conflict.specTip, cut),
      work: await hub.diff(base, conflict.taskTip, cut),
    },
  };
}

async function intentOf(parts: SideParts, task: Task): Promise<Intent> {
  const [criteria, requirements] = await Promise.all([
    parts.plans.criteriaOfTask(task.id),
    parts.plans.requirements(task.specId),
  ]);
  const own = requirements.filter(({ id }) => criteria.some((criterion) => criterion.requirementId === id));
  return {
    label: label("TSK", task.number),
    title: task.title,
    description: task.description,
    goal: goalLines(own, criteria),
  };
}
