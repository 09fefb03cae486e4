import type { AddressInfo } from "node:net";
import { FaultError } from "@omoios/domain/shared/fault";
import { acceptDiscovery, dismissDiscovery } from "@omoios/engine/discovery/decide-discovery";
import { answerQuestions } from "@omoios/engine/planning/answer-questions";
import { runOutlook } from "@omoios/engine/queries/run-outlook";
import { acceptCriterion } from "@omoios/engine/use-cases/accept-criterion";
import { replanTask } from "@omoios/engine/use-cases/replan-task";
import { approvePhase, editPlan, regeneratePlan, rejectPlan } from "@omoios/engine/planning/change-plan";
import { approvePlan } from "@omoios/engine/use-cases/approve-plan";
import { cancelSpec, cancelTask, holdSpec, resumeSpec, retryTask } from "@omoios/engine/use-cases/decide-tasks";
import { addProject, removeProject } from "@omoios/engine/use-cases/manage-projects";
import { pullRequestDiff } from "@omoios/engine/use-cases/pull-request-diff";
import { mergePullRequest } from "@omoios/engine/use-cases/merge-pull-request";
import { refreshPullRequest } from "@omoios/engine/use-cases/refresh-pull-request";
import { requestSpec } from "@omoios/engine/use-cases/request-spec";
import { finishConflict, showConflict, takeConflict } from "@omoios/engine/use-cases/resolve-by-hand";
import { sendMessage } from "@omoios/engine/use-cases/send-message";
import { setBudget } from "@omoios/engine/use-cases/set-budget";
import { taskDiff } from "@omoios/engine/use-cases/task-diff";
import type { App } from "./compose.ts";
import { configChanges } from "./config/config-changes.ts";
import { configView } from "./config/config-view.ts";
import type { LoadedConfig } from "./config/load-config.ts";
import type { Secrets } from "./config/secrets.ts";
import { doctorFindings } from "./doctor-findings.ts";
import type { ApiCommands, ApiParts, ServerFacts } from "./http/api-parts.ts";
import { buildApi, type BuiltApi } from "./http/build-api.ts";

export interface ApiInput {
  readonly app: App;
  readonly loaded: LoadedConfig;
  /** The configuration as its files say now. */
  readonly reloadConfig: () => Promise<LoadedConfig>;
  readonly secrets: Secrets;
  readonly home: string;
  readonly agentsFolder: string;
  readonly token: string;
  readonly version: string;
  /** Folder of the built dashboard, or null. */
  readonly dashboard: string | null;
  readonly isReady: () => boolean;
  readonly requestStop: () => void;
  readonly onError: (error: unknown, during: string) => void;
}

export interface ListeningApi extends AsyncDisposable {
  readonly url: string;
  readonly signInLink: BuiltApi["signInLink"];
}

/** Builds the API over an app and listens where the configuration says. */
export async function startApi(input: ApiInput): Promise<ListeningApi> {
  const { bind, port } = input.loaded.config.server;
  const address: { url: string } = { url: `http://${hostOf(bind)}:${port}` };
  const { server, signInLink } = await buildApi(apiParts(input, () => address.url));
  try {
    await server.listen({ host: bind, port });
  } catch (cause) {
    await server.close();
    throw listenFault(cause, { bind, port });
  }
  address.url = `http://${hostOf(bind)}:${(server.server.address() as AddressInfo).port}`;
  return { url: address.url, signInLink, [Symbol.asyncDispose]: async () => server.close() };
}

function apiParts(input: ApiInput, publicUrl: () => string): ApiParts {
  const { app } = input;
  return {
    reads: { ...app, publicUrl },
    commands: commands(input),
    logs: app.logs,
    idempotency: app.stores.idempotency,
    clock: app.clock,
    access: { token: input.token, hosts: [] },
    facts: facts(input),
    config: () => configView(input.loaded, input.secrets),
    dashboard: input.dashboard,
    isReady: input.isReady,
    reportBug: input.onError,
  };
}

function commands({ app, home, agentsFolder, secrets, requestStop }: ApiInput): ApiCommands {
  const decide = { ...app, running: app.registry };
  return {
    addProject: (which) => addProject(app, which),
    removeProject: (which) => removeProject(app, which),
    runOutlook: (asked) => runOutlook(app, asked),
    requestSpec: (request) => requestSpec(app, request),
    approvePlan: (approval) => approvePlan(app, approval),
    approvePhase: (yes) => approvePhase(app, yes),
    rejectPlan: (no) => rejectPlan(app, no),
    editPlan: (edit) => editPlan(decide, edit),
    acceptCriterion: (yes) => acceptCriterion(app, yes),
    regeneratePlan: (which) => regeneratePlan(app, which),
    answerQuestions: (given) => answerQuestions(app, given),
    cancelSpec: (which) => cancelSpec(decide, which),
    holdSpec: (which) => holdSpec(decide, which),
    resumeSpec: (which) => resumeSpec(decide, which),
    setBudget: (wish) => setBudget(decide, wish),
    refreshPullRequest: (which) => refreshPullRequest(app, which),
    mergePullRequest: (which) => mergePullRequest(app, which),
    retryTask: (which) => retryTask(decide, which),
    replanTask: (which) => replanTask(app, which),
    cancelTask: (which) => cancelTask(decide, which),
    sendMessage: (said) => sendMessage(decide, said),
    acceptDiscovery: (which) => acceptDiscovery(app, which),
    dismissDiscovery: (which) => dismissDiscovery(app, which),
    taskDiff: (which) => taskDiff(app, which),
    showConflict: (which) => showConflict(app, which),
    takeConflict: (which) => takeConflict(app, which),
    finishConflict: (given) => finishConflict(app, given),
    pullRequestDiff: (which) => pullRequestDiff(app, which),
    doctor: () => doctorFindings({ home, agentsFolder, secrets, provider: app.provider, ...app.config.sandbox }),
    requestStop,
  };
}

function facts({ app, home, version, loaded, reloadConfig }: ApiInput): ServerFacts {
  return {
    version,
    pid: process.pid,
    home,
    database: "PGlite (embedded)",
    startedAt: app.clock.now(),
    totalSlots: app.config.scheduler.slots,
    configChanges: () => configChanges(loaded, reloadConfig),
    sandbox: async () => ({ ...(await app.provider.probe()), provider: app.provider.id }),
    disk: () => app.provider.space(),
  };
}

function hostOf(bind: string): string {
  return bind.includes(":") ? `[${bind}]` : bind;
}

function listenFault(cause: unknown, { bind, port }: { readonly bind: string; readonly port: number }): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EADDRINUSE") {
    return new FaultError(
      {
        kind: "unavailable",
        message: `Port ${port} on ${bind} is taken by another program`,
        fix: "Choose another one with OMOIOS_PORT, or a free one with OMOIOS_PORT=0",
        retryable: false,
      },
      { cause },
    );
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL") {
    return new FaultError(
      {
        kind: "unavailable",
        message: `The server cannot listen on ${bind}:${port} (${code})`,
        fix: "Set server.bind and server.port in config.yaml to an address of this machine",
        retryable: false,
      },
      { cause },
    );
  }
  return cause;
}
