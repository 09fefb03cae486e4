import { label } from "../shared/label.ts";
import type { Task } from "../task/task.ts";
import type { Spec } from "./spec.ts";

/**
 * What a person can be needed for, the most urgent first. question: an agent waits for an answer about its task;
 * questions: planning does.
 */
export const needKinds = ["question", "budget", "questions", "task", "attention", "plan", "review"] as const;
export type NeedKind = (typeof needKinds)[number];

/** One thing that goes on only when a person does something. */
export interface Need {
  readonly kind: NeedKind;
  /** What it is about, in a sentence; null where the kind says all. */
  readonly text: string | null;
  /** The blocked task, for the kinds `question` and `task`. */
  readonly taskId: string | null;
}

type NeedingSpec = Pick<Spec, "status" | "pausedReason" | "pausedBy" | "pausedUntil" | "attention">;
type NeedingTask = Pick<Task, "id" | "number" | "title" | "status" | "blockedReason" | "question">;

/**
 * What a spec needs from a person. A pause needs somebody only when a budget is its cause that does not come back by
 * itself. A task that is blocked by another one needs nothing itself, and what attention was
 * raised for is left out when its cause is on the list.
 */
export function needsOf(
  spec: NeedingSpec,
  facts: { readonly tasks: readonly NeedingTask[]; readonly openQuestions: number },
): readonly Need[] {
  const need = (kind: NeedKind, text: string | null = null, taskId: string | null = null): Need => ({
    kind,
    text,
    taskId,
  });
  const asked = facts.openQuestions > 0 ? [need("questions")] : [];
  const blocked = facts.tasks
    .filter((task) => task.status === "blocked" && task.blockedReason !== "dependency")
    .map(({ id, number, title, question, blockedReason }) =>
      need(
        blockedReason === "question" ? "question" : "task",
        question ?? `${label("TSK", number)} is blocked: ${title}`,
        id,
      ),
    );
  const causes = [...asked, ...blocked.filter(({ kind }) => kind === "task")];
  const agentsAsk = blocked.filter(({ kind }) => kind === "question");
  return [
    ...agentsAsk,
    ...(spec.pausedBy === "budget" && spec.pausedUntil === null ? [need("budget", spec.pausedReason)] : []),
    ...causes,
    ...(spec.attention !== null && causes.length + agentsAsk.length === 0 ? [need("attention", spec.attention)] : []),
    ...(spec.status === "awaiting_approval" ? [need("plan")] : []),
    ...(spec.status === "in_review" ? [need("review")] : []),
  ];
}
