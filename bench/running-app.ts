import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Config, configSchema } from "@omoios/contract/config";
import type { Scenario } from "@omoios/contract/scenario";
import type { Check, Criterion } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import { newTask, type Task } from "@omoios/domain/task/task";
import { recover } from "@omoios/engine/use-cases/recover";
import type { Project } from "@omoios/engine/ports/project-store";
import { type App, compose, type Swap } from "@omoios/server/compose";
import { readEnvironment } from "@omoios/server/config/environment";
import { readSecrets } from "@omoios/server/config/secrets";

export const execute = promisify(execFile);

/** The product's own parts over `home`, wired as `omoios up` wires them, with its queue started and nothing else. */
export async function openApp(home: string, scheduler: object, swap: Swap = {}): Promise<App> {
  const config: Config = configSchema.parse({ scheduler });
  const app = await compose(
    {
      home,
      agentsFolder: "/nonexistent",
      config,
      secrets: readSecrets(readEnvironment({})),
      projectConfig: () => Promise.resolve(config),
      onError: (error, during) => console.error(during, error),
    },
    swap,
  );
  await app.queue.start();
  return app;
}

/** A spec that is being executed; its tasks are pending and need nothing, each with a criterion and a check of its own. */
export interface PublishedSpec {
  readonly project: Project;
  readonly spec: Spec;
  readonly tasks: readonly Task[];
}

/** Publishes `count` tasks of one spec in the repository, as an approved plan would, without a planner. */
export async function publishSpec(
  app: App,
  from: {
    readonly repository: string;
    readonly count: number;
    readonly scenario: Scenario;
    readonly check: (task: number) => string;
  },
): Promise<PublishedSpec> {
  const project = projectOf(from.repository);
  const hub = await app.repositories.openHub(app.hubPath(project.id));
  const baseCommit = await hub.fetchSource(from.repository, "main");
  const spec = specOf(project, baseCommit);
  await hub.moveRefs([{ ref: `refs/heads/${spec.branch}`, to: baseCommit, seen: null }]);
  const { stores } = app;
  const ticket = {
    id: crypto.randomUUID(),
    projectId: project.id,
    specId: spec.id,
    number: 1,
    title: "Bench",
    branch: "feature/TKT-1-bench",
  };
  const requirement = {
    id: crypto.randomUUID(),
    specId: spec.id,
    label: "REQ-1",
    text: "The bench SHALL run",
    priority: "must",
  } as const;
  const tasks = Array.from({ length: from.count }, (_none, place) => taskOf(spec, ticket.id, place + 1));
  const criteria = tasks.map((task): Criterion => ({
    acceptedReason: null,
    id: crypto.randomUUID(),
    requirementId: requirement.id,
    specId: spec.id,
    label: `REQ-1.${String(task.number)}`,
    text: "It runs",
  }));
  const checks = criteria.map((criterion, place) => checkOf(criterion, from.check(place + 1)));
  await app.database.transaction(async (tx) => {
    await stores.projects.create(tx, project);
    await stores.specs.create(tx, spec, from.scenario);
    await stores.plans.publish(tx, {
      requirements: [requirement],
      criteria,
      checks,
      tickets: [ticket],
      tasks,
      edges: [],
      proves: tasks.map((task, place) => ({ taskId: task.id, criterionId: criteria[place]?.id ?? "" })),
    });
  });
  // The slot rows of the new project.
  await recover(app);
  return { project, spec, tasks };
}

function projectOf(source: string): Project {
  return { id: crypto.randomUUID(), name: "bench", source, createdAt: new Date(), removedAt: null };
}

function specOf(project: Project, baseCommit: string): Spec {
  return {
    id: crypto.randomUUID(),
    projectId: project.id,
    number: 1,
    request: "Bench",
    title: "Bench",
    size: "direct",
    status: "executing",
    phase: "COMPLETE",
    version: 1,
    pausedReason: null,
    pausedUntil: null,
    pausedBy: null,
    attention: null,
    settings: { agent: "scripted", model: "scripted", approval: "policy" },
    baseBranch: "main",
    baseCommit,
    branch: "spec/SPC-1-bench",
    assumptions: [],
    requestedAt: new Date(),
    endedAt: null,
  };
}

function checkOf(criterion: Criterion, command: string): Check {
  return {
    id: crypto.randomUUID(),
    criterionId: criterion.id,
    specId: criterion.specId,
    origin: "planner",
    command,
    directory: ".",
    timeoutMs: 60_000,
    expectedExitCode: 0,
    files: [],
  };
}

function taskOf(spec: Spec, ticketId: string, number: number): Task {
  return newTask({
    id: crypto.randomUUID(),
    projectId: spec.projectId,
    specId: spec.id,
    kind: "work",
    ticketId,
    number,
    title: `Task ${String(number)}`,
    description: "Says a word",
    mode: "implementation",
    priority: "medium",
    declaredFiles: [],
    unmet: 0,
    downstream: 1,
    branch: `task/TSK-${String(number)}-bench`,
    createdAt: new Date(),
  });
}
