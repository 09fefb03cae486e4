import { randomUUID } from "node:crypto";
import { newAttempt, type Attempt } from "@omoios/domain/attempt/attempt";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Check, Criterion } from "@omoios/domain/spec/plan";
import { newTask, type Task } from "@omoios/domain/task/task";
import type { TaskEdge } from "../ports/plan-store.ts";
import type { Project } from "../ports/project-store.ts";
import type { StoreSubject } from "./store-subject.ts";

/** The time at which everything in the samples happens. */
export const sampleAt = new Date("2026-03-01T10:00:00.000Z");

/** `seconds` after {@link sampleAt}. */
export function later(seconds: number): Date {
  return new Date(sampleAt.getTime() + seconds * 1_000);
}

export function sampleProject(change: Partial<Project> = {}): Project {
  const id = randomUUID();
  return { id, name: "shop", source: `/repositories/${id}`, createdAt: sampleAt, removedAt: null, ...change };
}

export function sampleSpec(project: Project, change: Partial<Spec> = {}): Spec {
  return {
    id: randomUUID(),
    projectId: project.id,
    number: 1,
    request: "Add a health endpoint",
    title: "Add a health endpoint",
    size: "direct",
    status: "draft",
    phase: "EXPLORE",
    version: 1,
    pausedReason: null,
    pausedUntil: null,
    pausedBy: null,
    attention: null,
    settings: { agent: "scripted", model: "scripted", approval: "policy" },
    baseBranch: "main",
    baseCommit: "0".repeat(40),
    branch: "spec/SPC-1-add-a-health-endpoint",
    assumptions: [],
    requestedAt: sampleAt,
    endedAt: null,
    ...change,
  };
}

export function sampleAttempt(task: Task, change: Partial<Attempt> = {}): Attempt {
  const attempt = newAttempt({
    id: randomUUID(),
    taskId: task.id,
    specId: task.specId,
    projectId: task.projectId,
    number: 1,
    kind: "implementation",
    judges: null,
    jobId: randomUUID(),
    agent: "scripted",
    strategy: "first",
    model: null,
    workflowVersion: 1,
    branch: task.branch,
    baseCommit: null,
    tip: null,
    createdAt: sampleAt,
  });
  return { ...attempt, ...change };
}

/** A spec that is being executed, with as many tasks as asked for and what they need. */
export interface SamplePlan {
  readonly project: Project;
  readonly spec: Spec;
  readonly tasks: readonly Task[];
  readonly criterion: Criterion;
  readonly check: Check;
}

export interface SamplePlanOptions {
  readonly project?: Project;
  readonly specNumber?: number;
  readonly tasks?: number;
  /** Pairs of task positions: the first needs the second. */
  readonly needs?: readonly (readonly [number, number])[];
  readonly firstTaskNumber?: number;
}

/** Stores a project (unless one is given), an executing spec and its published plan. */
export async function storePlan(
  { database, stores }: StoreSubject,
  options: SamplePlanOptions = {},
): Promise<SamplePlan> {
  const project = options.project ?? sampleProject();
  const spec = sampleSpec(project, { number: options.specNumber ?? 1, status: "executing", phase: "COMPLETE" });
  const ticket = {
    id: randomUUID(),
    projectId: project.id,
    specId: spec.id,
    number: spec.number,
    title: "Health",
    branch: "feature/TKT-001-health",
  };
  const requirement = {
    id: randomUUID(),
    specId: spec.id,
    label: "REQ-1",
    text: "The server shall answer.",
    priority: "must",
  } as const;
  const criterion: Criterion = {
    id: randomUUID(),
    requirementId: requirement.id,
    specId: spec.id,
    label: "REQ-1.1",
    text: "It answers 200.",
    acceptedReason: null,
  };
  const check: Check = {
    id: randomUUID(),
    criterionId: criterion.id,
    specId: spec.id,
    origin: "planner",
    command: "node --test",
    directory: ".",
    timeoutMs: 60_000,
    expectedExitCode: 0,
    files: [{ path: "health.test.js", content: "" }],
  };
  const tasks = sampleTasks(spec, ticket.id, options);
  await database.transaction(async (tx) => {
    if (options.project === undefined) await stores.projects.create(tx, project);
    await stores.specs.create(tx, spec, null);
    await stores.plans.publish(tx, {
      requirements: [requirement],
      criteria: [criterion],
      checks: [check],
      tickets: [ticket],
      tasks,
      edges: sampleEdges(tasks, options.needs ?? []),
      proves: tasks.map((task) => ({ taskId: task.id, criterionId: criterion.id })),
    });
  });
  return { project, spec, tasks, criterion, check };
}

function sampleTasks(spec: Spec, ticketId: string, options: SamplePlanOptions): readonly Task[] {
  return Array.from({ length: options.tasks ?? 1 }, (_none, place): Task => {
    const unmet = (options.needs ?? []).filter(([task]) => task === place).length;
    const task = newTask({
      id: randomUUID(),
      projectId: spec.projectId,
      specId: spec.id,
      kind: "work",
      ticketId,
      number: (options.firstTaskNumber ?? 1) + place,
      title: `Task ${place}`,
      description: "",
      mode: "implementation",
      priority: "medium",
      declaredFiles: ["src/health.js"],
      unmet,
      downstream: 1,
      branch: `task/TSK-${place}`,
      createdAt: sampleAt,
    });
    return unmet === 0 ? { ...task, status: "ready", readyAt: later(place) } : task;
  });
}

function sampleEdges(tasks: readonly Task[], needs: readonly (readonly [number, number])[]): readonly TaskEdge[] {
  return needs.flatMap(([task, need]) => {
    const [dependent, dependency] = [tasks[task], tasks[need]];
    return dependent === undefined || dependency === undefined
      ? []
      : [{ taskId: dependent.id, needsId: dependency.id, kind: "hard" } as const];
  });
}
