import type { BudgetCaps } from "@omoios/domain/budget/budget-scope";
import type { ModelPrice } from "@omoios/domain/budget/price-table";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import type { AgentRuntime } from "../ports/agent-runtime.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { Models } from "../ports/models.ts";

export interface RunMeansParts {
  readonly models: Models;
  readonly agents: ReadonlyMap<string, AgentRuntime>;
  readonly gateway: Gateway;
  readonly agentModel: string;
  readonly fallbackModel: string | null;
  readonly defaults: { readonly agent: string | null; readonly model: string; readonly budget: BudgetCaps };
  readonly priceOf: (model: string) => ModelPrice | null;
}

/** What a request says of who works; null leaves it to the installation. */
export interface WantedMeans {
  readonly agent: string | null;
  readonly model: string | null;
  readonly budget: BudgetCaps | null;
}

/** Who does the work of a run, on which models, with how much. */
export interface RunMeans {
  readonly agent: string | null;
  /** Plans and judges. */
  readonly model: string;
  /** What its agent asks, at first and later on; none for an agent that asks no model. */
  readonly agentModels: readonly string[];
  readonly budget: BudgetCaps;
  /** Everything about them that keeps the run from starting. */
  readonly problems: readonly Problem[];
}

/** Brings together what is asked for and what the installation has. */
export function runMeans(parts: RunMeansParts, wanted: WantedMeans): RunMeans {
  const problems: Problem[] = [];
  const agent = wanted.agent ?? parts.defaults.agent;
  const known = [...parts.agents.keys()].join(", ");
  if (agent === null) {
    problems.push({ at: "--agent", message: "no agent is chosen", fix: `Name one: --agent ID (here: ${known})` });
  } else if (!parts.agents.has(agent)) {
    problems.push({ at: "--agent", message: `"${agent}" is not installed`, fix: `Choose one of: ${known}` });
  }
  const model = wanted.model ?? parts.defaults.model;
  const usesModels = agent !== null && parts.agents.get(agent)?.usesModels === true;
  const agentModels = usesModels
    ? [parts.agentModel, ...(parts.fallbackModel === null ? [] : [parts.fallbackModel])]
    : [];
  const checks = [() => parts.models.check(model), ...agentModels.map((one) => () => parts.gateway.check(one))];
  problems.push(...withoutRepeats(checks.flatMap(problemsOf)));
  const budget = wanted.budget ?? parts.defaults.budget;
  for (const used of new Set([model, ...agentModels])) {
    if (budget.usdMicros === null || parts.priceOf(used) !== null) continue;
    problems.push({
      at: wanted.budget === null ? "budget.spec.usd" : "--budget",
      message: `cannot hold the model ${used}: its price is not known`,
      fix: `Cap tokens in place of money (--budget 2000000tokens), or set models.prices for ${used} in config.yaml`,
    });
  }
  return { agent, model, agentModels, budget, problems };
}

/** What is wrong, of a check that throws it. */
export function problemsOf(check: () => unknown): readonly Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "invalid") return error.fault.problems;
    throw error;
  }
}

/** Planner and agent often lack the same key. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
