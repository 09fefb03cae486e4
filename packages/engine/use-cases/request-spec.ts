import { maxRequestLength } from "@omoios/contract/http-spec";
import type { Scenario } from "@omoios/contract/scenario";
import { specBranch } from "@omoios/domain/landing/branch-name";
import type { BudgetCaps } from "@omoios/domain/budget/budget-scope";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { SpecSize } from "@omoios/domain/spec/state";
import type { AdmissionStore } from "../ports/admission-store.ts";
import type { BudgetStore } from "../ports/budget-store.ts";
import type { Identities } from "../ports/clock.ts";
import type { ProjectConfig } from "../ports/project-config.ts";
import type { Project, ProjectStore } from "../ports/project-store.ts";
import type { JobQueue } from "../ports/queue.ts";
import type { Repositories, SourceInspection } from "../ports/repository.ts";
import type { SandboxProvider } from "../ports/sandbox.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { Digest } from "../ports/digest.ts";
import type { Prompts, StandardsFiles } from "../ports/prompts.ts";
import { projectPrompts } from "../planning/project-prompts.ts";
import { scenarioProblems } from "../planning/scripted-roles.ts";
import { usableProbe } from "../attempt/usable-probe.ts";
import { ensureProject, projectAdded } from "./manage-projects.ts";
import { record, type RecordParts } from "./record.ts";
import { runMeans, type RunMeansParts } from "./run-means.ts";

export interface RequestSpecParts extends RecordParts, RunMeansParts {
  readonly projects: ProjectStore;
  readonly specs: SpecStore;
  readonly admission: AdmissionStore;
  readonly slots: { readonly global: number; readonly perProject: number };
  readonly repositories: Repositories;
  readonly queue: JobQueue;
  readonly provider: Pick<SandboxProvider, "probe">;
  readonly identities: Identities;
  readonly hubPath: (projectId: string) => string;
  /** The configuration of a repository at a commit; throws `invalid` with every problem of its `.omoios.yaml`. */
  readonly projectConfig: ProjectConfig;
  readonly budgets: BudgetStore;
  readonly prompts: Prompts;
  readonly standards: StandardsFiles;
  readonly digest: Digest;
}

export interface SpecRequest {
  readonly request: string;
  /** Path of the user's repository. */
  readonly repository: string;
  readonly base: string | null;
  readonly size: SpecSize;
  readonly agent: string | null;
  readonly model: string | null;
  readonly scenario: Scenario | null;
  readonly approval: "policy" | "person";
  /** The most this spec may use; null takes the installation's default. */
  readonly budget: BudgetCaps | null;
}

export interface RequestedSpec {
  readonly spec: Spec;
  readonly project: Project;
  /** What lies uncommitted in the user's checkout and is not part of the run. */
  readonly leftOut: { readonly count: number; readonly paths: readonly string[] };
  /** What the person should know before it starts. */
  readonly notices: readonly string[];
}

/** Takes a feature request in: checks everything that can be checked, fetches the base, stores the spec, starts planning. */
export async function requestSpec(parts: RequestSpecParts, input: SpecRequest): Promise<RequestedSpec> {
  const choice = choose(parts, input);
  const agent = parts.agents.get(choice.agent);
  await agent?.check(agent.usesModels ? parts.gateway.check(parts.agentModel) : null);
  await usableProbe(parts.provider);
  const source = await parts.repositories.inspect(input.repository, input.base);
  const project = await ensureProject(parts, source.path);
  const hub = await parts.repositories.openHub(parts.hubPath(project.id));
  const baseCommit = await hub.fetchSource(source.path, source.baseBranch);
  const config = await parts.projectConfig(hub, baseCommit);
  if (input.scenario !== null && choice.model === "scripted") {
    const { standards } = await projectPrompts(parts, hub, baseCommit);
    const problems = scenarioProblems(input.scenario, { size: input.size, config: config.planning, standards });
    if (problems.length > 0) throw new FaultError({ kind: "invalid", message: "This run cannot start", problems });
  }
  const spec = await record(parts, project.id, async (tx, emit) => {
    if (await parts.projects.restore(tx, project.id)) emit(projectAdded(project));
    const number = await parts.projects.nextNumber(tx, project.id, "spec");
    const title = titleOf(input.request);
    const created: Spec = {
      id: parts.identities.uuid(),
      projectId: project.id,
      number,
      request: input.request.trim(),
      title,
      size: input.size,
      status: "draft",
      phase: "EXPLORE",
      version: 1,
      pausedReason: null,
      pausedUntil: null,
      pausedBy: null,
      attention: null,
      settings: { agent: choice.agent, model: choice.model, approval: input.approval },
      baseBranch: source.baseBranch,
      baseCommit,
      branch: specBranch(number, title),
      assumptions: [],
      requestedAt: parts.clock.now(),
      endedAt: null,
    };
    await parts.specs.create(tx, created, input.scenario);
    await parts.budgets.setCaps(tx, { kind: "spec", of: created.id }, input.budget ?? parts.defaults.budget);
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: created.id });
    emit({
      type: "spec.requested",
      specId: created.id,
      taskId: null,
      attemptId: null,
      payload: { label: label("SPC", number), title, size: input.size, baseBranch: source.baseBranch, baseCommit },
    });
    return created;
  });
  return {
    spec,
    project,
    leftOut: { count: source.uncommittedCount, paths: source.uncommitted },
    notices: notices(source),
  };
}

/** Agent and model of the run; every problem with the request is listed at once. */
function choose(parts: RequestSpecParts, input: SpecRequest): { readonly agent: string; readonly model: string } {
  const means = runMeans(parts, input);
  const { agent, model } = means;
  const problems = [...requestProblems(input), ...means.problems];
  if (input.scenario === null && (agent === "scripted" || model === "scripted")) {
    problems.push({
      at: "--scenario",
      message: "a scripted agent or model needs a scenario",
      fix: "Add --scenario FILE",
    });
  }
  if (problems.length > 0 || agent === null) {
    throw new FaultError({ kind: "invalid", message: "This run cannot start", problems });
  }
  return { agent, model };
}

function requestProblems(input: SpecRequest): readonly Problem[] {
  const { length } = input.request.trim();
  if (length === 0)
    return [
      {
        at: "request",
        message: "is empty",
        fix: 'Say what you want built: omoios run "Add a health endpoint"',
      },
    ];
  if (length <= maxRequestLength) return [];
  return [
    {
      at: "request",
      message: `has ${length} characters; at most ${maxRequestLength} are read`,
      fix: "Commit the long text to the repository and name its path in a short request",
    },
  ];
}

/** The first line, or as much of it as fits a title. */
function titleOf(request: string): string {
  const line = request.trim().split(/\r?\n/u)[0] ?? "";
  return line.length <= 80 ? line : `${line.slice(0, 79).trimEnd()}…`;
}

function notices(source: SourceInspection): readonly string[] {
  const lines: string[] = [];
  if (source.shallow) lines.push("The repository is a shallow clone: agents see only the history it has.");
  if (source.submodules.length > 0) {
    lines.push(`Submodules are left empty and may not be changed: ${source.submodules.join(", ")}`);
  }
  return lines;
}
