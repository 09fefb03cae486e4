import type { TaskSummary } from "@omoios/contract/http-task";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { label } from "@omoios/domain/shared/label";
import type { Ticket } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { TaskEdge } from "../ports/plan-store.ts";
import type { ReadParts } from "./read-parts.ts";
import { timeOrNull } from "./spec-summary.ts";

/** The tasks of a spec with what a line about each of them needs. */
export interface SpecTasks {
  readonly tasks: readonly Task[];
  readonly edges: readonly TaskEdge[];
  readonly tickets: readonly Ticket[];
  readonly attempts: readonly Attempt[];
  readonly validations: readonly Attempt[];
}

/** Reads the tasks of a spec. */
export async function readSpecTasks(
  parts: Pick<ReadParts, "tasks" | "plans" | "attempts">,
  specId: string,
): Promise<SpecTasks> {
  const [tasks, edges, tickets, attempts, validations] = await Promise.all([
    parts.tasks.ofSpec(specId),
    parts.tasks.edges(specId),
    parts.plans.tickets(specId),
    parts.attempts.ofSpec(specId),
    parts.attempts.validations({ specId }),
  ]);
  return { tasks: tasks.toSorted((a, b) => a.number - b.number), edges, tickets, attempts, validations };
}

/** One line per task, by number. */
export function taskSummaries(spec: Spec, read: SpecTasks): TaskSummary[] {
  return read.tasks.map((task) => taskSummary(task, spec, read));
}

/** A task as lists show it. */
export function taskSummary(task: Task, spec: Spec, read: SpecTasks): TaskSummary {
  const attempts = attemptsOf(task, read.attempts);
  const ticket = read.tickets.find((each) => each.id === task.ticketId);
  const needed = new Set(read.edges.filter((edge) => edge.taskId === task.id).map((edge) => edge.needsId));
  return {
    id: task.id,
    label: taskLabel(task),
    spec: label("SPC", spec.number),
    specId: spec.id,
    ticket: ticket === undefined ? null : label("TKT", ticket.number),
    title: task.title,
    mode: task.mode,
    status: task.status,
    priority: task.priority,
    attempts: attempts.length,
    agentState: attempts.at(-1)?.agentState ?? null,
    needs: read.tasks.filter((each) => needed.has(each.id)).map((each) => taskLabel(each)),
    unmet: task.unmet,
    score: task.score,
    blockedReason: task.blockedReason,
    question: task.question,
    branch: task.branch,
    createdAt: task.createdAt.toISOString(),
    readyAt: timeOrNull(task.readyAt),
    retryAt: timeOrNull(task.retryAt),
    endedAt: timeOrNull(task.endedAt),
  };
}

/** The attempts at a task, oldest first. */
export function attemptsOf(task: Task, attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.filter((attempt) => attempt.taskId === task.id).toSorted((a, b) => a.number - b.number);
}
