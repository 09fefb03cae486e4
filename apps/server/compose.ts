import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createScriptedAgent } from "@omoios/adapters/agent-scripted/create-scripted-agent";
import { LocalForge } from "@omoios/adapters/forge-local/local-forge";
import { openRepositories } from "@omoios/adapters/git/repositories";
import { openAttemptLogs } from "@omoios/adapters/logs/open-attempt-logs";
import { openModels } from "@omoios/adapters/model-ai-sdk/open-models";
import { startScriptedModel } from "@omoios/adapters/model-scripted/start-scripted-model";
import { openEmbeddedDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import { jobDatabaseIn } from "@omoios/adapters/postgres/postgres-database";
import { createStores, type Stores } from "@omoios/adapters/postgres/stores";
import { openJobQueue } from "@omoios/adapters/queue-pgboss/open-job-queue";
import { openLocalSandboxes } from "@omoios/adapters/sandbox-local/provider";
import type { Config } from "@omoios/contract/config";
import { priceOf } from "@omoios/domain/budget/price-table";
import type { HandlerParts } from "@omoios/engine/loops/handlers";
import type { Checkpoints } from "@omoios/engine/ports/checkpoints";
import type { Clock } from "@omoios/engine/ports/clock";
import type { Forge } from "@omoios/engine/ports/forge";
import type { ProjectConfig } from "@omoios/engine/ports/project-config";
import { AttemptRegistry } from "@omoios/engine/use-cases/attempt-registry";
import type { RecoverParts } from "@omoios/engine/use-cases/recover";
import type { RequestSpecParts } from "@omoios/engine/use-cases/request-spec";
import type { Secrets } from "./config/secrets.ts";
import { sha256 } from "./digest.ts";
import { capsOf } from "./http/budget-routes.ts";
import { homePaths } from "./home.ts";
import { loadPrompts } from "./load-prompts.ts";
import { rememberProbe } from "./remember-probe.ts";
import { systemClock } from "./system-clock.ts";

export interface ComposeInput {
  readonly home: string;
  readonly config: Config;
  readonly secrets: Secrets;
  /** The configuration of a repository at a commit. */
  readonly projectConfig: ProjectConfig;
  /** Hears of bugs and of troubles outside any request. */
  readonly onError: (error: unknown, during: string) => void;
}

/** What a test may put in the place of the real thing. */
export interface Swap {
  readonly clock?: Clock;
  readonly checkpoints?: Checkpoints;
}

/** Everything a process needs, wired; nothing works before its loops are started. */
export type App = HandlerParts &
  RecoverParts &
  RequestSpecParts &
  AsyncDisposable & {
    readonly stores: Stores;
    readonly forge: Forge;
    readonly registry: AttemptRegistry;
    readonly watching: Config["watch"];
    readonly config: Config;
  };

/** Where the jails find what every one of them gets. */
const inJail = { node: "/opt/node/bin/node", scriptedAgent: "/opt/agents/scripted" } as const;

export async function compose(input: ComposeInput, swap: Swap = {}): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const { config } = input;
  const home = homePaths(input.home);
  const database = opening.use(await openEmbeddedDatabase({ directory: home.database }));
  const stores = createStores(database);
  const scenarioOf = (specId: string) => stores.specs.scenario(specId);
  const scriptedModel = opening.use(await startScriptedModel({ scenarioOf }));
  const logs = opening.use(await openAttemptLogs({ directory: home.logs, redact: input.secrets.redact }));
  const queue = openJobQueue({
    database: database.jobs,
    inTransaction: jobDatabaseIn,
    backend: "pglite",
    onError: (error) => input.onError(error, "queue"),
  });
  const scriptedAgent = createScriptedAgent({
    scenarioOf,
    programPath: `${inJail.scriptedAgent}/agent.mjs`,
    nodePath: inJail.node,
  });
  const parts = {
    ...stores,
    sandboxRecords: stores.sandboxes,
    stores,
    database,
    queue,
    logs,
    clock: swap.clock ?? systemClock,
    checkpoints: swap.checkpoints ?? { pass: () => Promise.resolve() },
    identities: { uuid: () => randomUUID() },
    digest: sha256,
    registry: new AttemptRegistry(),
    repositories: openRepositories(),
    provider: rememberProbe(await openSandboxes(home.sandboxes)),
    agents: new Map([[scriptedAgent.id, scriptedAgent]]),
    models: openModels({
      keys: { anthropic: input.secrets.anthropicApiKey },
      baseUrls: { anthropic: input.secrets.anthropicBaseUrl },
      scriptedUrl: scriptedModel.url,
    }),
    ...(await loadPrompts()),
    forge: new LocalForge(stores.pullRequests),
    projectConfig: input.projectConfig,
    hubPath: home.hub,
    config,
    ...settings(config),
  };
  const closing = opening.move();
  return { ...parts, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

/** The parts of the configuration the engine works with, under the names it has for them. */
function settings(config: Config) {
  const { slots, slotsPerProject, maxAttempts, retryDelayMs, score } = config.scheduler;
  return {
    scheduling: { score, maxAttempts, retryDelayMs },
    slots: { global: slots, perProject: slotsPerProject },
    proof: config.proof,
    watching: config.watch,
    ...budgets(config),
    defaults: {
      agent: config.agents.default,
      model: config.models.default,
      budget: capsOf(config.budget.spec),
    },
  };
}

function budgets({ budget, models }: Config) {
  return {
    caps: { attempt: capsOf(budget.attempt), task: capsOf(budget.task), day: capsOf(budget.day) },
    priceOf: (model: string) => priceOf(model, models.prices),
  };
}

function openSandboxes(root: string) {
  const scriptedAgent = fileURLToPath(
    new URL("dist", import.meta.resolve("@omoios/adapters/agent-scripted/create-scripted-agent")),
  );
  return openLocalSandboxes({
    root,
    nodePath: process.execPath,
    programs: [{ hostPath: scriptedAgent, jailPath: inJail.scriptedAgent }],
  });
}
