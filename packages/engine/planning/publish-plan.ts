import { taskBranch, ticketBranch } from "@omoios/domain/landing/branch-name";
import type { Check } from "@omoios/domain/spec/plan";
import type { Plan, PlannedCheck, PlannedTask } from "@omoios/domain/spec/plan-shape";
import type { Spec } from "@omoios/domain/spec/spec";
import { plannedEdges } from "@omoios/domain/spec/sync";
import { effortOf } from "@omoios/domain/task/effort";
import { downstreamWeights } from "@omoios/domain/task/graph";
import { newTask, type NewTask } from "@omoios/domain/task/task";
import type { Clock, Identities } from "../ports/clock.ts";
import type { PublishedPlan } from "../ports/plan-store.ts";

export interface PublishParts {
  readonly identities: Identities;
  readonly clock: Clock;
  readonly proof: { readonly checkTimeoutMs: number };
}

export interface Publication {
  readonly spec: Spec;
  /** It has passed its gate. */
  readonly plan: Plan;
  /** A fresh number for each ticket and task of the plan, in its order. */
  readonly numbers: { readonly tickets: readonly number[]; readonly tasks: readonly number[] };
  /** Names that stand for what is stored already. */
  readonly known?: ReadonlyMap<string, string>;
}

/** The rows a plan becomes: identities in the place of the planner's names, and the graph as edges and counts. */
export function publishedPlan(parts: PublishParts, publication: Publication): PublishedPlan {
  const { spec, plan, numbers } = publication;
  const ids = identitiesOf(parts, plan, publication.known ?? new Map());
  const edges = plannedEdges(plan);
  const downstream = downstreamWeights(
    plan.tasks.map(({ id, complexity }) => ({
      id,
      needs: edges.filter((edge) => edge.task === id).map((edge) => edge.needs),
      weight: effortOf(complexity),
    })),
  );
  return {
    requirements: plan.requirements.map(({ id, text, priority }) => ({
      id: ids.of(id),
      specId: spec.id,
      label: id,
      text,
      priority,
    })),
    criteria: plan.requirements.flatMap((requirement) =>
      requirement.criteria.map(({ id, text }) => ({
        id: ids.of(id),
        requirementId: ids.of(requirement.id),
        specId: spec.id,
        label: id,
        text,
        acceptedReason: null,
      })),
    ),
    checks: plan.checks.map((check) => checkRow(parts, { spec, check, criterionId: ids.of(check.criterion) })),
    tickets: plan.tickets.map(({ id, title }, index) => {
      const number = at(numbers.tickets, index);
      return {
        id: ids.of(id),
        projectId: spec.projectId,
        specId: spec.id,
        number,
        title,
        branch: ticketBranch(number, title),
      };
    }),
    tasks: plan.tasks.map((task, index) =>
      newTask({
        ...taskRow(parts, { spec, task, number: at(numbers.tasks, index) }),
        id: ids.of(task.id),
        ticketId: ids.of(task.ticket),
        unmet: edges.filter((edge) => edge.task === task.id).length,
        downstream: downstream.get(task.id) ?? 1,
      }),
    ),
    edges: edges.map(({ task, needs, kind }) => ({ taskId: ids.of(task), needsId: ids.of(needs), kind })),
    proves: plan.tasks.flatMap((task) =>
      task.criteria.map((criterion) => ({ taskId: ids.of(task.id), criterionId: ids.of(criterion) })),
    ),
  };
}

function identitiesOf(
  parts: PublishParts,
  plan: Plan,
  stored: ReadonlyMap<string, string>,
): { readonly of: (name: string) => string } {
  const names = [
    ...plan.requirements.flatMap(({ id, criteria }) => [id, ...criteria.map((criterion) => criterion.id)]),
    ...plan.tickets.map((ticket) => ticket.id),
    ...plan.tasks.map((task) => task.id),
  ];
  const known = new Map([...names.map((name) => [name, parts.identities.uuid()] as const), ...stored]);
  return {
    of: (name) => {
      const id = known.get(name);
      if (id === undefined) throw new Error(`The gate let a plan pass that names ${name}, which is not in it`);
      return id;
    },
  };
}

function at(numbers: readonly number[], index: number): number {
  const number = numbers[index];
  if (number === undefined) throw new Error("Every ticket and task of a plan needs a number");
  return number;
}

function checkRow(
  parts: PublishParts,
  from: { readonly spec: Spec; readonly check: PlannedCheck; readonly criterionId: string },
): Check {
  const { command, directory, timeoutSeconds, files } = from.check;
  return {
    id: parts.identities.uuid(),
    criterionId: from.criterionId,
    specId: from.spec.id,
    origin: "planner",
    command,
    directory: directory === "" ? "." : directory,
    timeoutMs: Math.min(timeoutSeconds * 1000, parts.proof.checkTimeoutMs),
    expectedExitCode: 0,
    files,
  };
}

function taskRow(
  parts: PublishParts,
  { spec, task, number }: { readonly spec: Spec; readonly task: PlannedTask; readonly number: number },
): Omit<NewTask, "id" | "ticketId" | "unmet" | "downstream"> {
  return {
    kind: "work",
    projectId: spec.projectId,
    specId: spec.id,
    number,
    title: task.title,
    description: task.description,
    mode: task.mode,
    priority: task.priority,
    declaredFiles: task.declaredFiles,
    branch: taskBranch(number, task.title),
    createdAt: parts.clock.now(),
  };
}
