import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalForge } from "@omoios/adapters/forge-local/local-forge";
import { openAttemptLogs } from "@omoios/adapters/logs/open-attempt-logs";
import { openMemoryDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import type { PostgresDatabase } from "@omoios/adapters/postgres/postgres-database";
import { createStores, type Stores } from "@omoios/adapters/postgres/stores";
import { FaultError } from "@omoios/domain/shared/fault";
import type { AttemptLogs } from "@omoios/engine/ports/attempt-logs";
import { sampleProject, sampleSpec } from "@omoios/engine/testing/sample-rows";
import type { FastifyInstance } from "fastify";
import { systemClock } from "../system-clock.ts";
import type { SpecRequest } from "@omoios/engine/use-cases/request-spec";
import type { ApiCommands, ApiParts } from "./api-parts.ts";
import type { SocketLimits } from "./stream-socket.ts";
import { buildApi } from "./build-api.ts";

/** The API over real stores and a real socket; only the commands, which are the engine's, are recorded. */
export interface ApiSubject extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly server: FastifyInstance;
  readonly database: PostgresDatabase;
  readonly stores: Stores;
  readonly logs: AttemptLogs;
  readonly requested: SpecRequest[];
  readonly bugs: unknown[];
  readonly signInLink: () => string;
  /** Calls with the token; `body` makes it a POST. */
  call(
    path: string,
    options?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>;
}

export async function openApiSubject(
  change: Partial<Pick<ApiParts, "isReady" | "dashboard">> = {},
  limits?: SocketLimits,
): Promise<ApiSubject> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await openMemoryDatabase());
  const stores = createStores(database);
  const folder = await mkdtemp(join(tmpdir(), "omoios-api-"));
  opening.defer(() => rm(folder, { recursive: true }));
  const logs = opening.use(await openAttemptLogs({ directory: folder }));
  const token = "t".repeat(40);
  const requested: SpecRequest[] = [];
  const bugs: unknown[] = [];
  let url = "";
  const built = await buildApi(
    {
      reads: {
        ...stores,
        forge: new LocalForge(stores.pullRequests),
        publicUrl: () => url,
        hubPath: (id) => join(folder, id),
        clock: systemClock,
      },
      commands: commandsOver(database, stores, requested),
      logs,
      idempotency: stores.idempotency,
      clock: systemClock,
      access: { token, hosts: ["omoios.test"] },
      facts: {
        version: "0.1.0",
        pid: process.pid,
        home: folder,
        database: "PGlite (embedded)",
        startedAt: new Date(),
        totalSlots: 4,
        configChanges: () => Promise.resolve([]),
        sandbox: () => Promise.resolve({ provider: "local", isolation: "full", layering: "overlay" }),
        disk: () => Promise.resolve({ freeBytes: 5_000_000_000, leastBytes: 1_000_000_000 }),
      },
      config: () => ({ values: [{ path: "server.port", value: 0, source: "default" }], files: [], secrets: [] }),
      dashboard: null,
      isReady: () => true,
      reportBug: (error) => bugs.push(error),
      ...change,
    },
    limits,
  );
  await built.server.listen({ host: "127.0.0.1", port: 0 });
  opening.defer(() => built.server.close());
  url = `http://127.0.0.1:${String((built.server.server.address() as AddressInfo).port)}`;
  const call: ApiSubject["call"] = async (path, options = {}) =>
    fetch(url + path, {
      method: options.body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${token}`,
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  const closing = opening.move();
  return {
    ...{ url, token, server: built.server, database, stores, logs, requested, bugs, call },
    signInLink: built.signInLink,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function commandsOver(database: PostgresDatabase, stores: Stores, requested: SpecRequest[]): ApiCommands {
  return {
    addProject: async ({ repository }) => {
      const project = sampleProject({ source: repository });
      await database.transaction((tx) => stores.projects.create(tx, project));
      return project;
    },
    removeProject: async ({ projectId }) => {
      await database.transaction((tx) => stores.projects.remove(tx, projectId, systemClock.now()));
      return stores.projects.get(projectId);
    },
    runOutlook: ({ repository, base, agent, model, budget }) => {
      const use = { id: model ?? "scripted", key: null, usable: true };
      return Promise.resolve({
        repository: { path: repository, branch: base ?? "main", commit: "a".repeat(40), uncommitted: 0 },
        agent: { id: agent ?? "scripted", installed: true, version: null, models: [] },
        model: use,
        budget: { usd: budget?.usdMicros ?? null, tokens: budget?.tokens ?? null },
        cost: { kind: "nothing", usd: null, unpriced: [] },
        problems: [],
      });
    },
    requestSpec: async (input) => {
      requested.push(input);
      if (input.repository === "/missing") {
        const problem = { at: "--repo", message: "/missing does not exist", fix: "Name a git repository" };
        throw new FaultError({ kind: "invalid", message: "This run cannot start", problems: [problem] });
      }
      const project = sampleProject({ source: input.repository, id: randomUUID() });
      const spec = sampleSpec(project, { request: input.request });
      await database.transaction(async (tx) => {
        await stores.projects.create(tx, project);
        await stores.specs.create(tx, spec, input.scenario);
      });
      return { spec, project, leftOut: { count: 1, paths: ["notes.txt"] }, notices: ["shallow"] };
    },
    approvePlan: async ({ specId }) => stores.specs.get(specId),
    approvePhase: async ({ specId }) => stores.specs.get(specId),
    rejectPlan: async ({ specId }) => stores.specs.get(specId),
    editPlan: async ({ specId }) => stores.specs.get(specId),
    acceptCriterion: async ({ specId }) => stores.specs.get(specId),
    regeneratePlan: async ({ specId }) => stores.specs.get(specId),
    answerQuestions: async ({ specId }) => stores.specs.get(specId),
    cancelSpec: async ({ specId }) => {
      const spec = await stores.specs.get(specId);
      return database.transaction((tx) => stores.specs.move(tx, spec, { move: "cancel" }));
    },
    holdSpec: async ({ specId }) => stores.specs.get(specId),
    resumeSpec: async ({ specId }) => stores.specs.get(specId),
    setBudget: async ({ specId, caps }) => {
      await database.transaction((tx) => stores.budgets.setCaps(tx, { kind: "spec", of: specId }, caps));
      return stores.specs.get(specId);
    },
    refreshPullRequest: async ({ specId }) => {
      const spec = await stores.specs.get(specId);
      return { outcome: "current", spec, base: spec.baseBranch, baseCommit: spec.baseCommit, task: null };
    },
    mergePullRequest: async ({ specId }) => {
      const spec = await stores.specs.get(specId);
      return { spec, base: spec.baseBranch, commit: "0".repeat(40), hub: "/hub", source: "/source" };
    },
    replanTask: async ({ taskId }) => stores.tasks.get(taskId),
    retryTask: async ({ taskId }) => stores.tasks.get(taskId),
    cancelTask: async ({ taskId }) => stores.tasks.get(taskId),
    sendMessage: async ({ taskId }) => stores.tasks.get(taskId),
    acceptDiscovery: async ({ discoveryId }) => stores.discoveries.get(discoveryId),
    dismissDiscovery: async ({ discoveryId }) => stores.discoveries.get(discoveryId),
    taskDiff: async () => Promise.resolve("diff --git a/x b/x\n+Grüße\n"),
    showConflict: async ({ taskId }) => {
      const conflict = await stores.conflicts.unsettled(taskId);
      if (conflict === null) throw new FaultError({ kind: "not-found", what: "An open conflict of", id: taskId });
      const work = { label: "TSK-1", title: "Work", description: "", goal: [] };
      return { conflict, sides: { work, landed: [], diffs: { work: "", landed: "" } } };
    },
    takeConflict: async () =>
      Promise.resolve({ branch: "conflict/TSK-1", commit: "0".repeat(40), hub: "/hub", source: "/source" }),
    finishConflict: async ({ taskId }) => stores.tasks.get(taskId),
    pullRequestDiff: async () => Promise.resolve("diff --git a/y b/y\n+alles\n"),
    doctor: async () => Promise.resolve([{ name: "git", ok: true, detail: "2.43", fix: null }]),
    requestStop: () => undefined,
  };
}
