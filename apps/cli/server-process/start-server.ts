import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startReportSchema, type StartReport } from "@omoios/contract/start-report";
import { FaultError, type Fault } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { buildDashboard } from "../../../scripts/build-dashboard.ts";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import type { CliEnvironment } from "../client/place.ts";

const defaultEntry = fileURLToPath(new URL("../../server/all-in-one.ts", import.meta.url));
const startMs = 120_000;
const killMs = 5000;

export interface StartOptions {
  readonly home: string;
  /** Null leaves the port to the server's configuration. */
  readonly port: number | null;
  readonly env: CliEnvironment;
  /** Told what is built first, when something is missing or stale. */
  readonly say: (line: string) => void;
  /** Aborting it ends a server that is not ready yet. */
  readonly signal: AbortSignal;
  /** The program to start, with its arguments; the server of this installation when it is not given. */
  readonly entry?: readonly string[];
}

/** A server this process started. It has its own process group: a Ctrl-C in the terminal reaches only us. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly logPath: string;
  /** Resolves when the process has ended, however that came. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Waits for the end, at most so long; then makes it end. Nothing is lost: what is committed is committed. */
  end(withinMs: number): Promise<void>;
  /** Lets it live on when this process ends. */
  release(): void;
}

/** Starts a server, with jail programs and dashboard built when they are stale, and waits for the line with which it says that it is ready, or why it cannot be. */
export async function startServer(options: StartOptions): Promise<ServerProcess> {
  if (options.entry === undefined) {
    await buildJailPrograms();
    await buildDashboard(options.say);
  }
  const logPath = join(options.home, "logs", "server.log");
  await prepareLogs(options.home);
  await using log = await open(logPath, "a", 0o600);
  const child = spawn(process.execPath, options.entry ?? [defaultEntry], {
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "pipe", log.fd],
    env: {
      ...options.env,
      OMOIOS_HOME: options.home,
      ...(options.port === null ? {} : { OMOIOS_PORT: String(options.port) }),
    },
  });
  using _notLeftBehind = endWithUs(child);
  const ended = endOf(child);
  const report = await Promise.race([
    readReport(child.stdout),
    ended.then(async () => diedSilently(logPath)),
    pause(startMs, tookTooLong(logPath), { ref: false }),
    abortOf(options.signal),
  ]);
  if (report === "aborted") {
    child.kill();
    if (!(await endsWithin(ended, killMs))) child.kill("SIGKILL");
    await ended;
    throw options.signal.reason;
  }
  if (report.type === "fault") {
    child.kill();
    await ended;
    throw new FaultError(report.fault);
  }
  return serverProcess({ child, ended, logPath, url: report.url });
}

/** A server that is not ready yet must not outlive a process that is made to leave at once. */
function endWithUs(child: ChildProcess): Disposable {
  const leave = (): void => void child.kill("SIGKILL");
  process.once("exit", leave);
  return { [Symbol.dispose]: () => void process.off("exit", leave) };
}

function serverProcess(at: {
  readonly child: ChildProcess;
  readonly ended: ServerProcess["ended"];
  readonly logPath: string;
  readonly url: string;
}): ServerProcess {
  const { child, ended, logPath, url } = at;
  return {
    url,
    pid: child.pid ?? 0,
    logPath,
    ended,
    end: async (withinMs) => {
      if (await endsWithin(ended, withinMs)) return;
      child.kill("SIGTERM");
      if (await endsWithin(ended, killMs)) return;
      child.kill("SIGKILL");
      await ended;
    },
    release: () => {
      child.stdout?.destroy();
      child.unref();
    },
  };
}

async function prepareLogs(home: string): Promise<void> {
  try {
    await mkdir(join(home, "logs"), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new FaultError(
      {
        kind: "invalid",
        message: "The state folder cannot be used",
        problems: [
          {
            at: "--home",
            message: `${home} cannot be made or written: ${error instanceof Error ? error.message : String(error)}`,
            fix: "Name a folder you may write to with --home or OMOIOS_HOME",
          },
        ],
      },
      { cause: error },
    );
  }
}

async function endOf(child: ChildProcess): ServerProcess["ended"] {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    return { code, signal };
  } catch (error) {
    throw new FaultError(
      { kind: "unavailable", message: "The server cannot be started", retryable: false },
      { cause: error },
    );
  }
}

/** The first line that is a report; anything else on standard output is passed over. */
async function readReport(stdout: Readable | null): Promise<StartReport> {
  if (stdout === null) throw new TypeError("The server was started without a pipe for its standard output");
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    const report = parseReport(line);
    if (report === null) continue;
    stdout.resume();
    return report;
  }
  // The output has ended without a report: the end of the process tells why.
  return new Promise(() => undefined);
}

function parseReport(line: string): StartReport | null {
  if (!line.startsWith("{")) return null;
  try {
    const parsed = startReportSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function abortOf(signal: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
}

async function diedSilently(logPath: string): Promise<StartReport> {
  const lines = (await readFile(logPath, "utf8")).trimEnd().split("\n").slice(-6);
  return {
    type: "fault",
    fault: unavailable(`The server ended before it was ready. Its last words:\n${lines.join("\n")}`, logPath),
  };
}

function tookTooLong(logPath: string): StartReport {
  return { type: "fault", fault: unavailable(`The server was not ready after ${startMs / 1000} s`, logPath) };
}

function unavailable(message: string, logPath: string): Extract<Fault, { readonly kind: "unavailable" }> {
  return { kind: "unavailable", message, fix: `Read ${shellWord(logPath)}, and run: omoios doctor`, retryable: false };
}

async function endsWithin(ended: Promise<unknown>, ms: number): Promise<boolean> {
  return Promise.race([ended.then(() => true), pause(ms, false, { ref: false })]);
}
