import type { ModelUse, RunOutlook } from "@omoios/contract/http-outlook";
import { microsPerUsd } from "@omoios/domain/budget/money";
import { runCost } from "@omoios/domain/budget/run-cost";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import type { AgentRuntime } from "../ports/agent-runtime.ts";
import type { Repositories, SourceInspection } from "../ports/repository.ts";
import { problemsOf, runMeans, type RunMeans, type RunMeansParts, type WantedMeans } from "../use-cases/run-means.ts";

export interface RunOutlookParts extends RunMeansParts {
  readonly repositories: Repositories;
}

export interface RunOutlookRequest extends WantedMeans {
  /** Path of the user's repository. */
  readonly repository: string;
  readonly base: string | null;
}

/** What a run would work with and may cost, and everything that is in its way; nothing is stored or started. */
export async function runOutlook(parts: RunOutlookParts, asked: RunOutlookRequest): Promise<RunOutlook> {
  const means = runMeans(parts, asked);
  const agent = means.agent === null ? undefined : parts.agents.get(means.agent);
  const source = await orProblems(parts.repositories.inspect(asked.repository, asked.base));
  const readiness = await orProblems(readyAgent(parts, agent));
  const problems = [...source.problems, ...means.problems, ...readiness.problems];
  return {
    repository: source.value === null ? null : repositoryView(source.value),
    agent: agent === undefined ? null : agentView(parts, agent, means),
    model: modelUse(means.model, (model) => parts.models.check(model)),
    budget: {
      usd: means.budget.usdMicros === null ? null : means.budget.usdMicros / microsPerUsd,
      tokens: means.budget.tokens,
    },
    cost: costView(parts, means),
    problems: problems.map(({ at, message, fix }) => ({ at, message, ...(fix === undefined ? {} : { fix }) })),
  };
}

function repositoryView(source: SourceInspection): RunOutlook["repository"] {
  const { path, baseBranch: branch, baseCommit: commit, uncommittedCount: uncommitted } = source;
  return { path, branch, commit, uncommitted };
}

/** An agent whose model cannot be asked is in no state to be tried, but may be missing as well. */
async function readyAgent(parts: RunOutlookParts, agent: AgentRuntime | undefined): Promise<void> {
  if (agent === undefined) return;
  if (!agent.usesModels || agent.installed === null) return agent.check(null);
  const canAsk = problemsOf(() => parts.gateway.check(parts.agentModel)).length === 0;
  if (canAsk) return agent.check(parts.gateway.check(parts.agentModel));
}

function agentView(parts: RunOutlookParts, agent: AgentRuntime, { agentModels }: RunMeans): RunOutlook["agent"] {
  return {
    id: agent.id,
    installed: agent.installed !== null,
    version: agent.installed?.version ?? null,
    models: agentModels.map((model) => modelUse(model, (one) => parts.models.check(one))),
  };
}

function modelUse(id: string, keyOf: (model: string) => string | null): ModelUse {
  let key: string | null = null;
  const usable = problemsOf(() => (key = keyOf(id))).length === 0;
  return { id, key, usable };
}

function costView({ priceOf }: RunOutlookParts, { model, agentModels, budget }: RunMeans): RunOutlook["cost"] {
  const models = [...new Set([model, ...agentModels])];
  const cost = runCost(new Map(models.map((one) => [one, priceOf(one)])), budget);
  return {
    kind: cost.kind,
    usd: cost.kind === "capped" ? cost.usdMicros / microsPerUsd : null,
    unpriced: cost.kind === "unknown" ? [...cost.models] : [],
  };
}

async function orProblems<Value>(
  looking: Promise<Value>,
): Promise<{ readonly value: Value | null; readonly problems: readonly Problem[] }> {
  try {
    return { value: await looking, problems: [] };
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "invalid")
      return { value: null, problems: error.fault.problems };
    throw error;
  }
}
