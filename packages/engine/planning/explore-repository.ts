import { exploreSchema, type ExploreOutput } from "@omoios/contract/phase-explore";
import { explorationTitle } from "@omoios/domain/spec/exploration";
import { currentOutput, outputRef } from "@omoios/domain/spec/pipeline";
import { overTaskStatuses } from "@omoios/domain/task/state";
import { newTask, type Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { AgentRuntime } from "../ports/agent-runtime.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import { repositoryOverview } from "../prompts/repository-overview.ts";
import { admit, type AdmitParts } from "../use-cases/admit.ts";
import { taskMoved } from "../use-cases/happened.ts";
import { record } from "../use-cases/record.ts";
import type { PlanningParts, PlanningRun } from "./planning-run.ts";
import { nextOutput, storeOutputs } from "./store-outputs.ts";

export interface ExploreRepositoryParts extends PlanningParts, AdmitParts {
  readonly projects: ProjectStore;
  readonly agents: ReadonlyMap<string, AgentRuntime>;
}

/**
 * EXPLORE of a full plan: an exploration is a task of its own, which waits for a slot like any other. False while it is
 * under way; whoever ends it calls planning back. Where no agent can explore, or none gave an answer that can be read,
 * planning goes on with the overview code makes, and the output says why.
 */
export async function exploreRepository(parts: ExploreRepositoryParts, run: PlanningRun): Promise<boolean> {
  const newest = (await parts.tasks.explorations(run.spec.id)).at(-1) ?? null;
  if (newest === null || isUsed(run, newest)) {
    const obstacle = await whyNone(parts, run);
    if (obstacle === null) await startExploration(parts, run);
    else await storeOverview(parts, run, { exploration: null, why: obstacle });
    return obstacle !== null;
  }
  if (!overTaskStatuses.includes(newest.status)) return false;
  const attempts = await parts.attempts.ofTask(newest.id);
  const name = taskLabel(newest);
  const why =
    newest.status === "cancelled" ? "was cancelled" : `failed: ${attempts.at(-1)?.reason ?? "no reason given"}`;
  await storeOverview(parts, run, { exploration: name, why: `${name} ${why}` });
  return true;
}

/** An output was made of it already; this is about the next one. */
function isUsed(run: PlanningRun, task: Task): boolean {
  return run.outputs.some(
    ({ phase, output }) => phase === "EXPLORE" && exploreSchema.safeParse(output).data?.exploration === taskLabel(task),
  );
}

async function whyNone(parts: ExploreRepositoryParts, run: PlanningRun): Promise<string | null> {
  const { agent } = run.spec.settings;
  const runtime = parts.agents.get(agent);
  return runtime === undefined ? `there is no agent ${agent} here` : runtime.whyNoExploration(run.spec.id);
}

async function storeOverview(
  parts: ExploreRepositoryParts,
  run: PlanningRun,
  because: { readonly exploration: string | null; readonly why: string },
): Promise<void> {
  const output: ExploreOutput = {
    source: "overview",
    text: await repositoryOverview(run.hub, run.spec.baseCommit),
    exploration: because.exploration,
    explored: null,
    findings: [because.why],
  };
  await storeOutputs(parts, run, {
    outputs: [nextOutput(parts, run, { phase: "EXPLORE", status: "finished", output })],
  });
}

async function startExploration(parts: ExploreRepositoryParts, run: PlanningRun): Promise<void> {
  const { spec } = run;
  await record(parts, spec.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    // Whoever started one at the same time has moved the spec's version.
    await parts.specs.patch(tx, spec, { phase: "EXPLORE" });
    const task = explorationOf(parts, run, await parts.projects.nextNumber(tx, spec.projectId, "exploration"));
    await parts.tasks.create(tx, task);
    emit(taskMoved(task, await parts.tasks.move(tx, task, { move: "ready", patch: { readyAt: parts.clock.now() } })));
    await admit(parts, tx, emit);
  });
}

function explorationOf(parts: ExploreRepositoryParts, run: PlanningRun, number: number): Task {
  const current = currentOutput(run.outputs, "EXPLORE");
  const sentBack =
    current === null
      ? undefined
      : run.approvals.findLast((approval) => approval.sentBack === outputRef(current))?.reason;
  return newTask({
    id: parts.identities.uuid(),
    projectId: run.spec.projectId,
    specId: run.spec.id,
    kind: "exploration",
    ticketId: null,
    number,
    title: explorationTitle,
    description: sentBack ?? "",
    mode: "exploration",
    priority: "high",
    declaredFiles: [],
    unmet: 0,
    downstream: 1,
    branch: "",
    createdAt: parts.clock.now(),
  });
}
