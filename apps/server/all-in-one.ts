import { join } from "node:path";
import type { StartReport } from "@omoios/contract/start-report";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Fault } from "@omoios/domain/shared/fault";
import { startApi } from "./api.ts";
import { builtDashboard } from "./built-dashboard.ts";
import { compose, type Swap } from "./compose.ts";
import { processVariables, readEnvironment } from "./config/environment.ts";
import { loadConfig } from "./config/load-config.ts";
import { openHome } from "./config/open-home.ts";
import { readSecrets } from "./config/secrets.ts";
import { readOrCreateToken, removeServerFile, writeServerFile } from "./home-files.ts";
import { projectConfigOver } from "./project-config.ts";
import { startWorker } from "./worker.ts";
import { version } from "./version.ts";

/** Runs api and worker in this process until it is asked to stop. Whoever started it reads one line: ready, or why not. */
async function runAllInOne(swap: Swap = {}): Promise<void> {
  const stop = Promise.withResolvers<void>();
  onStopSignals(() => stop.resolve());
  await using server = await startAllInOne({ requestStop: () => stop.resolve(), swap });
  report({ type: "ready", url: server.url, pid: process.pid });
  await stop.promise;
  log({ event: "stopping" });
}

async function startAllInOne(input: { readonly requestStop: () => void; readonly swap: Swap }) {
  await using starting = new AsyncDisposableStack();
  const environment = readEnvironment(processVariables());
  const { home, agentsFolder } = environment;
  await openHome(home);
  const loaded = await loadConfig(environment);
  const secrets = readSecrets(environment);
  const onError = (error: unknown, during: string): void =>
    log({ event: "error", during, error: secrets.redact(textOf(error)) });
  const app = starting.use(
    await compose(
      {
        ...{ home, agentsFolder, config: loaded.config, secrets, onError },
        projectConfig: projectConfigOver(loaded),
        isUnjailedDemo: environment.isUnjailedDemo,
      },
      input.swap,
    ),
  );
  const token = await readOrCreateToken(home);
  let ready = false;
  const api = starting.use(
    await startApi({
      app,
      loaded,
      reloadConfig: () => loadConfig(environment),
      secrets,
      home,
      agentsFolder,
      token,
      version,
      dashboard: await builtDashboard(),
      isReady: () => ready,
      requestStop: input.requestStop,
      onError,
    }),
  );
  const worker = starting.use(await startWorker(app, onError));
  await writeServerFile(home, { url: api.url, pid: process.pid, startedAt: app.clock.now().toISOString(), version });
  starting.defer(() => removeServerFile(home, process.pid));
  ready = true;
  log({ event: "ready", url: api.url, home: join(home), ...worker.recovery });
  const running = starting.move();
  return {
    url: api.url,
    [Symbol.asyncDispose]: async () => {
      ready = false;
      await running.disposeAsync();
    },
  };
}

/** The first signal parks everything; the second ends at once, which loses nothing that was committed. */
function onStopSignals(stop: () => void): void {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(130);
    asked = true;
    stop();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function report(line: StartReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The server's log: one JSON object a line, on standard error. */
function log(line: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function faultOf(error: unknown): Fault | null {
  if (error instanceof FaultError) return error.fault;
  return isFullDisk(error) ? fullDisk : null;
}

/** A full disk can stop any part of a start, and is nobody's bug. */
const fullDisk: Fault = {
  kind: "unavailable",
  message: "There is no space left on the disk that holds the state of OmoiOS",
  fix: "Free some space (a gigabyte is enough to start), or name a folder on a larger disk with OMOIOS_HOME",
  retryable: true,
};

function isFullDisk(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (("code" in cause && cause.code === "ENOSPC") || cause.message.includes("ENOSPC")) return true;
  }
  return false;
}

/** Starts the process; a fault is reported to whoever started it, with the exit code for wrong use. */
export async function main(swap: Swap = {}): Promise<void> {
  try {
    await runAllInOne(swap);
    process.exit(0);
  } catch (error) {
    log({ event: "failed", error: textOf(error) });
    const fault = faultOf(error);
    if (fault === null) process.exit(1);
    report({ type: "fault", fault });
    process.exit(2);
  }
}

if (import.meta.main) await main();
