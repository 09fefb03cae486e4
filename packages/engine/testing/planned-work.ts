import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ScratchRepository } from "@omoios/adapters/git/scratch-repository";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";
import type { Check, Criterion } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import { unknownEffort } from "@omoios/domain/task/effort";
import { downstreamWeights } from "@omoios/domain/task/graph";
import type { TaskPriority } from "@omoios/domain/task/state";
import { newTask, type Task } from "@omoios/domain/task/task";
import type { Project } from "../ports/project-store.ts";
import type { Hub } from "../ports/repository.ts";
import { admit } from "../use-cases/admit.ts";
import { record } from "../use-cases/record.ts";
import { sampleProject, sampleSpec } from "./sample-rows.ts";
import type { TestEngine } from "./test-engine.ts";

/** One task of a plan, its criterion, its check and what the scripted agent does about it. */
export interface WorkItem {
  readonly title: string;
  /** Titles of tasks that have to complete first; they come earlier in the list. */
  readonly needs?: readonly string[];
  /** The check's command; by default a file named like the task has to be there. */
  readonly check?: string;
  readonly priority?: TaskPriority;
  /** Steps by attempt; by default the agent writes the file. */
  readonly attempts?: readonly (readonly ScenarioStep[])[];
  /** True for a task that is not planned: the scenario only knows what its agent will do. */
  readonly unplanned?: boolean;
  /** Steps by attempt at resolving a conflict of the task. */
  readonly resolve?: readonly (readonly ScenarioStep[])[];
}

export interface PlannedWork {
  readonly project: Project;
  readonly spec: Spec;
  readonly hub: Hub;
  /** The task of this title, as it is now. */
  task(title: string): Promise<Task>;
  /** The criterion of the task with this title. */
  criterion(title: string): Criterion;
  check(title: string): Check;
  /** Text of a file on the spec's branch. */
  landed(path: string): Promise<string | null>;
}

/** A user's repository with one commit, and a project for it. */
export async function storeProject(
  engine: TestEngine,
  files: Readonly<Record<string, string>> = { "README.md": "# Shop\n" },
): Promise<Project> {
  const source = new ScratchRepository(join(engine.folder, "sources", randomUUID()));
  source.git("init", "--quiet", "--initial-branch=main", ".");
  source.commit(files, "Start");
  const project = sampleProject({ source: source.path });
  await engine.database.transaction(async (tx) => {
    await engine.projects.create(tx, project);
    await engine.admission.resize(tx, engine.slots);
  });
  return project;
}

/** Publishes a plan of these tasks and starts what is ready, as an approval does. */
export async function publishWork(
  engine: TestEngine,
  items: readonly WorkItem[],
  options: {
    readonly project?: Project;
    readonly spec?: Partial<Spec>;
    readonly number?: number;
    /** What models answer, by role; the validator says by default that all is met. */
    readonly model?: Scenario["model"];
  } = {},
): Promise<PlannedWork> {
  const project = options.project ?? (await storeProject(engine));
  const hub = await engine.repositories.openHub(engine.hubPath(project.id));
  const number = options.number ?? 1;
  const spec = sampleSpec(project, {
    number,
    status: "executing",
    phase: "COMPLETE",
    settings: { agent: "scripted", model: "scripted", approval: "person" },
    baseCommit: await hub.fetchSource(project.source, "main"),
    branch: `spec/SPC-${number}-work`,
    ...options.spec,
  });
  await hub.moveRefs([{ ref: `refs/heads/${spec.branch}`, to: spec.baseCommit, seen: null }]);
  const scenario = scenarioOf(items);
  const plan = planOf(engine, { project, spec, items: items.filter((item) => item.unplanned !== true) });
  await record(engine, project.id, async (tx, emit) => {
    await engine.admission.lock(tx);
    await engine.specs.create(tx, spec, { ...scenario, model: { ...scenario.model, ...options.model } });
    await engine.plans.publish(tx, plan);
    await admit(engine, tx, emit);
  });
  const place = (title: string) => items.findIndex((item) => item.title === title);
  return {
    project,
    spec,
    hub,
    task: (title) => engine.tasks.get(at(plan.tasks, place(title)).id),
    criterion: (title) => at(plan.criteria, place(title)),
    check: (title) => at(plan.checks, place(title)),
    async landed(path) {
      const tip = await hub.resolve(`refs/heads/${spec.branch}`);
      return tip === null ? null : hub.readFile(tip, path, 100_000);
    },
  };
}

/** Steps that write a file and say so. */
export function writes(path: string, content = `${path}\n`): readonly ScenarioStep[] {
  return [{ write: { path, content } }, { submit: `wrote ${path}` }];
}

function planOf(
  engine: TestEngine,
  of: { readonly project: Project; readonly spec: Spec; readonly items: readonly WorkItem[] },
) {
  const { project, spec, items } = of;
  const about = { projectId: project.id, specId: spec.id };
  const ticket = {
    ...about,
    id: randomUUID(),
    number: spec.number,
    title: "Work",
    branch: `feature/TKT-${spec.number}-work`,
  };
  const requirement = {
    id: randomUUID(),
    specId: spec.id,
    label: "REQ-1",
    text: "The shop SHALL have it",
    priority: "must" as const,
  };
  const criteria = items.map((item, place): Criterion => ({
    acceptedReason: null,
    id: randomUUID(),
    requirementId: requirement.id,
    specId: spec.id,
    label: `REQ-1.${place + 1}`,
    text: `${item.title} can be seen`,
  }));
  const downstream = downstreamWeights(
    items.map(({ title, needs = [] }) => ({ id: title, needs: [...needs], weight: unknownEffort })),
  );
  const tasks = items.map((item, place): Task => {
    const task = newTask({
      ...about,
      id: randomUUID(),
      kind: "work",
      ticketId: ticket.id,
      number: spec.number * 100 + place,
      title: item.title,
      description: `Make ${item.title}`,
      mode: "implementation",
      priority: item.priority ?? "medium",
      declaredFiles: [item.title],
      unmet: item.needs?.length ?? 0,
      downstream: downstream.get(item.title) ?? unknownEffort,
      branch: `task/TSK-${spec.number * 100 + place}`,
      createdAt: engine.clock.now(),
    });
    return item.needs === undefined ? { ...task, status: "ready", readyAt: engine.clock.now() } : task;
  });
  const checks = items.map((item, place): Check => ({
    id: randomUUID(),
    criterionId: at(criteria, place).id,
    specId: spec.id,
    origin: "planner",
    command: item.check ?? `test -f ${item.title}`,
    directory: ".",
    timeoutMs: 30_000,
    expectedExitCode: 0,
    files: [],
  }));
  const place = (title: string) => items.findIndex((item) => item.title === title);
  return {
    requirements: [requirement],
    criteria,
    checks,
    tickets: [ticket],
    tasks,
    edges: items.flatMap((item, own) =>
      (item.needs ?? []).map((title) => ({
        taskId: at(tasks, own).id,
        needsId: at(tasks, place(title)).id,
        kind: "hard" as const,
      })),
    ),
    proves: tasks.map((task, own) => ({ taskId: task.id, criterionId: at(criteria, own).id })),
  };
}

/** Each agent does its own steps; the validator agrees with everything it is shown. */
function scenarioOf(items: readonly WorkItem[]): Scenario {
  const verdicts = items.map((_item, place) => ({
    criterion: `REQ-1.${place + 1}`,
    met: true,
    confidence: 0.9,
    evidence: ["E1"],
    reasoning: "The check shows it",
  }));
  return {
    version: 1,
    model: { validate: [{ verdicts }] },
    agent: items.map((item) => ({
      task: item.title,
      attempts: (item.attempts ?? [writes(item.title)]).map((steps) => [...steps]),
      ...(item.resolve === undefined ? {} : { resolve: item.resolve.map((steps) => [...steps]) }),
    })),
  };
}

function at<Item>(items: readonly Item[], place: number): Item {
  const item = items[place];
  if (item === undefined) throw new RangeError(`The plan has no part ${place}`);
  return item;
}
