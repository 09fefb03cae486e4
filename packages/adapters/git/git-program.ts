import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { dirname, join } from "node:path";

import { FaultError } from "@omoios/domain/shared/fault";

import { hardenedEnvironment, hardenedOptions } from "./git-environment.ts";
import { plainText, reasonOf } from "./git-output.ts";

/** What the whole adapter can be told. */
export interface GitOptions {
  /** Absolute path of the git to use; without it the usual places are looked through. */
  readonly git?: string;
  /** After this a command is killed. Default 2 minutes; a fetch gets five times as much. */
  readonly timeoutMs?: number;
  /** The largest file a fetch from a sandbox may write. Default 1 GB. */
  readonly fetchBytes?: number;
  /** Processor seconds a fetch from a sandbox may use, per process. Default 120. */
  readonly fetchCpuSeconds?: number;
  /** Age from which a lock file in the hub is taken for that of a dead process. Default 10 s: git holds one for milliseconds. */
  readonly staleLockMs?: number;
}

export interface GitRequest {
  readonly args: readonly string[];
  /** A bare repository; nothing is discovered. */
  readonly gitDir?: string;
  /** Folder to run in, for commands that look at a checkout. */
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers rather than failures. Default only 0. */
  readonly accept?: readonly number[];
  /** Default 256 MiB. */
  readonly maxOutputBytes?: number;
  /** What to do past `maxOutputBytes`: throw `limit` (default), or stop git and return what there is. */
  readonly overflow?: "fail" | "cut";
  /** Run under the resource limits for input from a sandbox, where the machine has `prlimit`. */
  readonly limited?: boolean;
  readonly timeoutMs?: number;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly cut: boolean;
}

const defaultTimeoutMs = 120_000;
const maxErrorBytes = 64 * 1024;
const places = ["/usr/local/bin/git", "/opt/homebrew/bin/git", "/usr/bin/git", "/bin/git"];
const prlimit = "/usr/bin/prlimit";
const oldest = { major: 2, minor: 39 };

/** The one way this adapter runs git: hardened, bounded in time and output, and in a process group of its own. */
export class GitProgram {
  readonly options: GitOptions;
  #found: Promise<FoundGit> | null = null;

  constructor(options: GitOptions) {
    this.options = options;
  }

  /** Absolute path of git, once its version is known to be new enough. */
  async path(): Promise<string> {
    return (await this.#find()).path;
  }

  async run(request: GitRequest): Promise<GitResult> {
    const found = await this.#find();
    const limits =
      request.limited === true && found.prlimit
        ? [
            prlimit,
            `--fsize=${String(this.options.fetchBytes ?? 1_000_000_000)}`,
            `--cpu=${String(this.options.fetchCpuSeconds ?? 120)}`,
          ]
        : [];
    const argv = [
      ...limits,
      found.path,
      ...hardenedOptions,
      ...(request.gitDir === undefined ? [] : [`--git-dir=${request.gitDir}`]),
      ...request.args,
    ];
    const timeoutMs = request.timeoutMs ?? this.options.timeoutMs ?? defaultTimeoutMs;
    const result = await runProcess({
      argv,
      cwd: request.cwd ?? "/",
      env: { ...hardenedEnvironment(searchPathFor(found.path)), ...request.env },
      stdin: request.stdin ?? "",
      timeoutMs,
      maxOutputBytes: request.maxOutputBytes ?? 256 * 1024 * 1024,
    });
    return this.#judge(request, result, timeoutMs);
  }

  #judge(request: GitRequest, result: ProcessResult, timeoutMs: number): GitResult {
    const name = `git ${request.args[0] ?? ""}`;
    if (result.timedOut) {
      throw new FaultError({
        kind: "unavailable",
        message: `${name} did not end within ${String(timeoutMs / 1000)} s and was killed`,
        retryable: true,
      });
    }
    if (result.cut) {
      if (request.overflow === "cut") return { exitCode: 0, stdout: result.stdout, stderr: result.stderr, cut: true };
      throw new FaultError({
        kind: "limit",
        message: `${name} printed more than ${String(result.stdout.length)} bytes and was stopped`,
      });
    }
    if (result.exitCode === null || !(request.accept ?? [0]).includes(result.exitCode)) {
      throw new GitFailure({ command: name, exitCode: result.exitCode, signal: result.signal, stderr: result.stderr });
    }
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr, cut: false };
  }

  #find(): Promise<FoundGit> {
    // A failure is not remembered: the person may install git while the server runs.
    this.#found ??= findGit(this.options.git).catch((error: unknown) => {
      this.#found = null;
      throw error;
    });
    return this.#found;
  }
}

/** Git ended in a way the caller did not expect. Callers that know more turn it into a fault of a better kind. */
export class GitFailure extends FaultError {
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(end: {
    readonly command: string;
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly stderr: string;
  }) {
    const how = end.signal === null ? `exit ${String(end.exitCode)}` : `killed by ${end.signal}`;
    super({
      kind: "unavailable",
      message: `${end.command} failed (${how}): ${reasonOf(end.stderr)}`,
      retryable: false,
    });
    this.exitCode = end.exitCode;
    this.stderr = end.stderr;
  }
}

interface FoundGit {
  readonly path: string;
  readonly prlimit: boolean;
}

function searchPathFor(gitPath: string): string {
  return [...new Set([dirname(gitPath), "/usr/bin", "/bin"])].join(":");
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findGit(given: string | undefined): Promise<FoundGit> {
  const fix = `install git ${String(oldest.major)}.${String(oldest.minor)} or newer (Debian, Ubuntu: apt-get install git; macOS: brew install git)`;
  for (const path of given === undefined ? places : [given]) {
    if (!(await isExecutable(path))) continue;
    const env = hardenedEnvironment(searchPathFor(path));
    const answer = await runProcess({
      argv: [path, "--version"],
      cwd: "/",
      env,
      stdin: "",
      timeoutMs: 10_000,
      maxOutputBytes: 4096,
    });
    const text = answer.stdout.toString("utf8").trim();
    if (!isNewEnough(text)) {
      const found = text === "" ? `gives no version (${reasonOf(answer.stderr)})` : `is "${plainText(text)}"`;
      throw new FaultError({
        kind: "unavailable",
        message: `${path} ${found}, but OmoiOS needs git ${String(oldest.major)}.${String(oldest.minor)}`,
        fix,
        retryable: false,
      });
    }
    return { path, prlimit: await isExecutable(prlimit) };
  }
  const where = given ?? places.map((path) => join(path, "..")).join(", ");
  throw new FaultError({
    kind: "unavailable",
    message: `git was not found (looked in ${where})`,
    fix,
    retryable: false,
  });
}

/** Reads `git version 2.39.5 (Apple Git-154)`. Exported for its test. */
export function isNewEnough(versionLine: string): boolean {
  const match = /^git version (\d+)\.(\d+)/u.exec(versionLine);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

interface ProcessRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

interface ProcessResult extends Omit<GitResult, "exitCode"> {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const [file = "", ...args] = request.argv;
  return new Promise((resolve, reject) => {
    // A group of its own, so that the upload-pack and index-pack below a fetch die with it, and Ctrl-C in the terminal
    // of the server does not reach a landing half way.
    const child = spawn(file, args, { cwd: request.cwd, env: request.env, detached: true, stdio: "pipe" });
    const killGroup = (): void => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, "SIGKILL");
    };
    const state = { timedOut: false, cut: false, bytes: 0, errorBytes: 0 };
    const timer = setTimeout(() => {
      state.timedOut = true;
      killGroup();
    }, request.timeoutMs);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      if (state.cut) return;
      const room = request.maxOutputBytes - state.bytes;
      stdout.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      state.bytes += Math.min(chunk.length, room);
      if (chunk.length <= room) return;
      state.cut = true;
      killGroup();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      const room = maxErrorBytes - state.errorBytes;
      if (room > 0) stderr.push(chunk.subarray(0, room));
      state.errorBytes += chunk.length;
    });
    // Git may end without having read its input (a bad option); its exit code tells why, the broken pipe does not.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ECONNRESET") reject(error);
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(
        new FaultError(
          { kind: "unavailable", message: `${file} could not be started: ${error.message}`, retryable: false },
          { cause: error },
        ),
      );
    });
    child.on("close", (exitCode, signal) => {
      clearTimeout(timer);
      const { timedOut, cut } = state;
      resolve({
        exitCode,
        signal,
        timedOut,
        cut,
        stdout: Buffer.concat(stdout),
        stderr: plainText(Buffer.concat(stderr).toString("utf8")),
      });
    });
    child.stdin.end(request.stdin);
  });
}
