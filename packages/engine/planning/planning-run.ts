import type { Config } from "@omoios/contract/config";
import { currentOutput, outputRef } from "@omoios/domain/spec/pipeline";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Phase } from "@omoios/domain/spec/state";
import type { Approval, PhaseOutput, PlanStore, Question } from "../ports/plan-store.ts";
import type { ProjectConfig } from "../ports/project-config.ts";
import type { Prompts, StandardsFiles } from "../ports/prompts.ts";
import type { Hub, Repositories } from "../ports/repository.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { CallModelParts } from "../use-cases/call-model.ts";
import { projectPrompts } from "./project-prompts.ts";

/** What planning needs. */
export interface PlanningParts extends CallModelParts {
  readonly specs: SpecStore;
  readonly plans: PlanStore;
  readonly repositories: Repositories;
  readonly projectConfig: ProjectConfig;
  readonly standards: StandardsFiles;
  readonly hubPath: (projectId: string) => string;
}

/** A spec in planning, as it is stored at the start of a step. */
export interface PlanningRun {
  readonly spec: Spec;
  readonly hub: Hub;
  readonly config: Config["planning"];
  readonly outputs: readonly PhaseOutput[];
  readonly approvals: readonly Approval[];
  readonly questions: readonly Question[];
  readonly prompts: Prompts;
  readonly standards: StandardsFiles;
  readonly signal: AbortSignal;
}

export async function loadPlanning(parts: PlanningParts, spec: Spec, signal: AbortSignal): Promise<PlanningRun> {
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  const [config, outputs, approvals, questions, own] = await Promise.all([
    parts.projectConfig(hub, spec.baseCommit),
    parts.plans.phaseOutputs(spec.id),
    parts.plans.approvals(spec.id),
    parts.plans.questions(spec.id),
    projectPrompts(parts, hub, spec.baseCommit),
  ]);
  return { spec, hub, config: config.planning, outputs, approvals, questions, ...own, signal };
}

/** Questions of the output that stands for a phase; those of an older one are history. */
export function currentQuestions(outputs: readonly PhaseOutput[], questions: readonly Question[]): readonly Question[] {
  const prd = currentOutput(outputs, "PRD");
  return prd === null ? [] : questions.filter((question) => question.askedBy === outputRef(prd));
}

/** The newest version of a phase, whether or not it passed; 0 when there is none. */
export function newestVersion(outputs: readonly PhaseOutput[], phase: Phase): number {
  return Math.max(0, ...outputs.filter((output) => output.phase === phase).map((output) => output.version));
}
