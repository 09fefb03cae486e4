import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createScriptedAgent } from "@omoios/adapters/agent-scripted/create-scripted-agent";
import { openAgentTools } from "@omoios/adapters/agent-tools/open-agent-tools";
import { createBridgeServer } from "@omoios/adapters/bridge/serve-sandbox";
import { LocalForge } from "@omoios/adapters/forge-local/local-forge";
import { openGateway } from "@omoios/adapters/gateway/open-gateway";
import { openRepositories } from "@omoios/adapters/git/repositories";
import { openAttemptLogs } from "@omoios/adapters/logs/open-attempt-logs";
import { openModels } from "@omoios/adapters/model-ai-sdk/open-models";
import { startScriptedModel } from "@omoios/adapters/model-scripted/start-scripted-model";
import { openMemoryDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import { jobDatabaseIn, type PostgresDatabase } from "@omoios/adapters/postgres/postgres-database";
import { createStores, type Stores } from "@omoios/adapters/postgres/stores";
import { openJobQueue } from "@omoios/adapters/queue-pgboss/open-job-queue";
import { openLocalSandboxes } from "@omoios/adapters/sandbox-local/provider";
import { configSchema, type Config, type ConfigInput } from "@omoios/contract/config";
import { noCaps } from "@omoios/domain/budget/budget-scope";
import { priceOf } from "@omoios/domain/budget/price-table";
import { sha256 } from "@omoios/server/digest";
import { homePaths } from "@omoios/server/home";
import { loadPrompts } from "@omoios/server/load-prompts";
import { rememberProbe } from "@omoios/server/remember-probe";
import type { HandlerParts } from "../loops/handlers.ts";
import { LandingTurns } from "../attempt/landing-turns.ts";
import { AttemptRegistry } from "../use-cases/attempt-registry.ts";
import type { DecideParts } from "../use-cases/decide-tasks.ts";
import type { RecoverParts } from "../use-cases/recover.ts";
import type { RequestSpecParts } from "../use-cases/request-spec.ts";
import { Gates } from "./gates.ts";
import { ManualClock } from "./manual-clock.ts";

/** The engine over real adapters: database and queue in memory, everything else in a folder that goes with it. */
export type TestEngine = HandlerParts &
  RecoverParts &
  RequestSpecParts &
  DecideParts &
  AsyncDisposable & {
    readonly clock: ManualClock;
    readonly checkpoints: Gates;
    readonly registry: AttemptRegistry;
    readonly stores: Stores;
    readonly database: PostgresDatabase;
    readonly config: Config;
    readonly folder: string;
    /** What the queue could not do. */
    readonly troubles: unknown[];
    /** Forgets everything but what is in the folder. */
    reset(): Promise<void>;
  };

const inJail = { node: "/opt/node/bin/node", scriptedAgent: "/opt/agents/scripted" } as const;

/** Opens an engine for one test file; nothing takes jobs from its queue until `registerHandlers` is called. */
export async function openTestEngine(settings: ConfigInput = {}): Promise<TestEngine> {
  await using opening = new AsyncDisposableStack();
  const config = configSchema.parse(settings);
  const folder = await mkdtemp(join(tmpdir(), "omoios-engine-"));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const home = homePaths(folder);
  const database = opening.use(await openMemoryDatabase());
  const stores = createStores(database);
  const scenarioOf = (specId: string) => stores.specs.scenario(specId);
  const scriptedModel = opening.use(await startScriptedModel({ scenarioOf }));
  const troubles: unknown[] = [];
  const queue = openJobQueue({
    database: database.jobs,
    inTransaction: jobDatabaseIn,
    backend: "pglite",
    onError: (error) => troubles.push(error),
  });
  await queue.start();
  opening.defer(() => queue.stop(5_000));
  const { programPath, programs } = scriptedProgram();
  const scriptedAgent = createScriptedAgent({ scenarioOf, programPath, nodePath: inJail.node });
  const serve = createBridgeServer({ relayPath: "", nodePath: inJail.node, ports: {} });
  const registry = new AttemptRegistry();
  const clock = new ManualClock();
  const checkpoints = new Gates();
  const { score, maxAttempts, retryDelayMs, slots, slotsPerProject } = config.scheduler;
  const parts = {
    ...stores,
    sandboxRecords: stores.sandboxes,
    stores,
    database,
    queue,
    logs: opening.use(await openAttemptLogs({ directory: home.logs })),
    clock,
    checkpoints,
    identities: { uuid: () => randomUUID() },
    digest: sha256,
    registry,
    landingTurns: new LandingTurns(),
    running: registry,
    repositories: openRepositories(),
    provider: rememberProbe(await openLocalSandboxes({ root: home.sandboxes, nodePath: process.execPath, programs })),
    agents: new Map([[scriptedAgent.id, scriptedAgent]]),
    models: openModels({
      keys: { anthropic: null, openai: null },
      baseUrls: { anthropic: null, openai: null },
      scriptedUrl: scriptedModel.url,
      now: () => clock.now(),
    }),
    gateway: openGateway({
      upstreamOf: (model) => {
        throw new Error(`No agent of these tests asks ${model}`);
      },
      serve,
      now: () => clock.now(),
      onError: (error) => troubles.push(error),
    }),
    agentTools: openAgentTools({ serve, version: "0.0.0", onError: (error) => troubles.push(error) }),
    agentModel: config.models.agent,
    fallbackModel: config.models.fallback,
    ...(await loadPrompts()),
    forge: new LocalForge(stores.pullRequests),
    projectConfig: () => Promise.resolve(config),
    hubPath: home.hub,
    config,
    scheduling: { score, maxAttempts, retryDelayMs },
    slots: { global: slots, perProject: slotsPerProject },
    proof: config.proof,
    watching: config.watch,
    defaults: { agent: null, model: "scripted", budget: noCaps },
    caps: { attempt: noCaps, task: noCaps, day: noCaps },
    priceOf: (model: string) => priceOf(model),
    folder,
    troubles,
  };
  const closing = opening.move();
  return {
    ...parts,
    async reset() {
      checkpoints.reset();
      troubles.length = 0;
      await database.jobs.executeSql("TRUNCATE project, slot_scope, idempotency_key, budget CASCADE");
      await database.jobs.executeSql("DELETE FROM boss.job");
      await database.jobs.executeSql("UPDATE event_position SET seq = 0");
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function scriptedProgram() {
  const hostPath = fileURLToPath(
    new URL("dist", import.meta.resolve("@omoios/adapters/agent-scripted/create-scripted-agent")),
  );
  return {
    programPath: `${inJail.scriptedAgent}/agent.mjs`,
    programs: [{ hostPath, jailPath: inJail.scriptedAgent }],
  };
}
