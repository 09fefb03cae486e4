import { randomUUID } from "node:crypto";
import { availableParallelism, homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { createClaudeAgent } from "@omoios/adapters/agent-claude/create-claude-agent";
import { findClaude, type InstalledClaude } from "@omoios/adapters/agent-claude/installed-claude";
import { createCommandAgent } from "@omoios/adapters/agent-command/create-command-agent";
import { createScriptedAgent, type ScriptedAgentOptions } from "@omoios/adapters/agent-scripted/create-scripted-agent";
import { openAgentTools, toolsSocket } from "@omoios/adapters/agent-tools/open-agent-tools";
import { createBridgeServer } from "@omoios/adapters/bridge/serve-sandbox";
import { LocalForge } from "@omoios/adapters/forge-local/local-forge";
import { gatewaySocket, openGateway } from "@omoios/adapters/gateway/open-gateway";
import { openRepositories } from "@omoios/adapters/git/repositories";
import { openAttemptLogs } from "@omoios/adapters/logs/open-attempt-logs";
import { addressOf } from "@omoios/adapters/model-ai-sdk/model-address";
import { openModels } from "@omoios/adapters/model-ai-sdk/open-models";
import { startScriptedModel } from "@omoios/adapters/model-scripted/start-scripted-model";
import { openEmbeddedDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import { jobDatabaseIn } from "@omoios/adapters/postgres/postgres-database";
import { createStores, type Stores } from "@omoios/adapters/postgres/stores";
import { openJobQueue } from "@omoios/adapters/queue-pgboss/open-job-queue";
import { openLocalSandboxes } from "@omoios/adapters/sandbox-local/provider";
import { openUnjailedSandboxes } from "@omoios/adapters/sandbox-local/unjailed/unjailed-sandboxes";
import { findToolchains } from "@omoios/adapters/sandbox-local/toolchains";
import type { Config } from "@omoios/contract/config";
import { priceOf } from "@omoios/domain/budget/price-table";
import type { HandlerParts } from "@omoios/engine/loops/handlers";
import type { AgentRuntime } from "@omoios/engine/ports/agent-runtime";
import type { Checkpoints } from "@omoios/engine/ports/checkpoints";
import type { Clock } from "@omoios/engine/ports/clock";
import type { Forge } from "@omoios/engine/ports/forge";
import type { ProjectConfig } from "@omoios/engine/ports/project-config";
import { LandingTurns } from "@omoios/engine/attempt/landing-turns";
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
import { version } from "./version.ts";

export interface ComposeInput {
  readonly home: string;
  /** Where agents are installed. */
  readonly agentsFolder: string;
  readonly config: Config;
  readonly secrets: Secrets;
  /** The configuration of a repository at a commit. */
  readonly projectConfig: ProjectConfig;
  /** True for the demo where no jail can start: nothing is held back, so no agent but the scripted one is there. */
  readonly isUnjailedDemo?: boolean;
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
const inJail = {
  node: "/opt/node/bin/node",
  scriptedAgent: "/opt/agents/scripted",
  bridge: "/opt/agents/bridge",
  claude: "/opt/agents/claude/claude",
} as const;

export async function compose(input: ComposeInput, swap: Swap = {}): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const { config } = input;
  const clock = swap.clock ?? systemClock;
  const home = homePaths(input.home);
  const claude = findClaude(input.agentsFolder);
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
  const parts = {
    ...stores,
    sandboxRecords: stores.sandboxes,
    stores,
    database,
    queue,
    logs,
    clock,
    checkpoints: swap.checkpoints ?? { pass: () => Promise.resolve() },
    identities: { uuid: () => randomUUID() },
    digest: sha256,
    registry: new AttemptRegistry(),
    landingTurns: new LandingTurns(),
    repositories: openRepositories(),
    provider: rememberProbe(
      input.isUnjailedDemo === true
        ? await openUnjailedSandboxes({ root: home.sandboxes, nodePath: process.execPath })
        : await openSandboxes(home.sandboxes, claude, config),
    ),
    ...composeAgents(input, { scenarioOf, scriptedUrl: scriptedModel.url, clock, claude }),
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

/** Who works, which models are asked, and the door between the two. */
function composeAgents(
  { config, secrets, onError, isUnjailedDemo = false }: ComposeInput,
  parts: Pick<ScriptedAgentOptions, "scenarioOf"> & {
    readonly scriptedUrl: string;
    readonly clock: Clock;
    readonly claude: InstalledClaude | null;
  },
) {
  const models = {
    keys: { anthropic: secrets.anthropicApiKey, openai: secrets.openaiApiKey },
    baseUrls: { anthropic: secrets.anthropicBaseUrl, openai: secrets.openaiBaseUrl },
    scriptedUrl: parts.scriptedUrl,
  };
  const serve = createBridgeServer({
    relayPath: `${inJail.bridge}/relay.mjs`,
    nodePath: inJail.node,
    ports: { [gatewaySocket]: 8787, [toolsSocket]: 8788 },
  });
  const scripted = createScriptedAgent({
    scenarioOf: parts.scenarioOf,
    programPath: `${isUnjailedDemo ? compiled(scriptedAgent) : inJail.scriptedAgent}/agent.mjs`,
    nodePath: isUnjailedDemo ? process.execPath : inJail.node,
  });
  const others: readonly AgentRuntime[] = [
    createClaudeAgent({
      installed: parts.claude,
      jailPath: inJail.claude,
      startsAtOnce: 2 * availableParallelism(),
      ...config.agents.claude,
    }),
    ...(config.agents.command === null ? [] : [createCommandAgent(config.agents.command)]),
  ];
  const agents = [scripted, ...(isUnjailedDemo ? [] : others)];
  return {
    agents: new Map(agents.map((agent) => [agent.id, agent])),
    agentModel: config.models.agent,
    models: openModels({
      ...models,
      tryTimeoutMs: config.models.timeoutMs,
      maxOutputTokens: config.models.maxOutputTokens,
      sendsSchema: config.models.jsonSchema,
      now: () => parts.clock.now(),
    }),
    fallbackModel: config.models.fallback,
    gateway: openGateway({
      upstreamOf: (model) => addressOf(model, models),
      serve,
      now: () => parts.clock.now(),
      onError: (error) => onError(error, "a model call of an agent"),
    }),
    agentTools: openAgentTools({ serve, version, onError: (error) => onError(error, "a tool call of an agent") }),
  };
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

const scriptedAgent = "@omoios/adapters/agent-scripted/create-scripted-agent";

/** The compiled programs beside a module of ours. */
function compiled(entry: string): string {
  return fileURLToPath(new URL("dist", import.meta.resolve(entry)));
}

async function openSandboxes(root: string, claude: InstalledClaude | null, { setup, sandbox }: Config) {
  return openLocalSandboxes({
    root,
    nodePath: process.execPath,
    ...sandbox,
    programs: [
      {
        hostPath: compiled(scriptedAgent),
        jailPath: inJail.scriptedAgent,
      },
      { hostPath: compiled("@omoios/adapters/bridge/serve-sandbox"), jailPath: inJail.bridge },
      ...(await findToolchains({ home: homedir(), configured: setup.toolPaths })),
      ...(claude === null ? [] : [{ hostPath: claude.binaryPath, jailPath: inJail.claude, forAgents: true }]),
    ],
  });
}
