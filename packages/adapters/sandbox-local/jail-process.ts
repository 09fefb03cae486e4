import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { FaultError } from "@omoios/domain/shared/fault";
import { baseEnvironment, launchDescriptors, type JailLaunch } from "./launch.ts";
import { identifyProcess, killAndWait, type ProcessIdentity } from "./process-identity.ts";

const maxErrorBytes = 4096;

/** A started jail: one chain of programs that has become bubblewrap. */
export class JailProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The wire to the init. Not stdin and stdout: those pid 1 holds too, whose memory programs in the jail may write. */
  readonly channel: Duplex;
  /** Resolves when the outer process has ended and its pipes are closed. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ChildProcess;
  readonly #info: Readable;
  #errors = "";
  #first: ProcessIdentity | null = null;

  constructor(launch: JailLaunch) {
    const [file = "", ...args] = launch.commandLine;
    // Opened for each jail: a shared descriptor would share its read position.
    const filter = openSync(launch.seccompFilter, "r");
    const nothing = openSync("/dev/null", "r");
    try {
      // A session of its own, so that Ctrl-C in the server's terminal does not reach the jails before the server does.
      this.#child = spawn(file, args, {
        cwd: "/",
        env: baseEnvironment,
        detached: true,
        stdio: descriptors({ filter, nothing, inherited: launch.inherited }),
      });
    } finally {
      closeSync(filter);
      closeSync(nothing);
    }
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("spawn gave no pipes");
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.#info = this.#child.stdio[launchDescriptors.info] as Readable;
    this.channel = (this.#child.stdio as readonly unknown[])[launchDescriptors.channel] as Duplex;
    this.channel.on("error", () => this.channel.destroy());
    stderr.setEncoding("utf8");
    stderr.on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-maxErrorBytes);
    });
    // The jail may die at any moment; that it did is told by `ended`, not by its input.
    stdin.on("error", () => stdin.destroy());
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", (cause) =>
        reject(
          new FaultError(
            { kind: "unavailable", message: `The jail could not be started: ${cause.message}`, retryable: false },
            { cause },
          ),
        ),
      );
      this.#child.once("close", (exitCode, signal) => resolve({ exitCode, signal }));
    });
    this.ended.catch(() => undefined); // Every reader of `ended` gets the rejection; having none is no crash.
  }

  /** The end of what the launch chain and bubblewrap said. */
  get errors(): string {
    return this.#errors.trim();
  }

  /** Pid 1 of the jail, as the host counts; null when the jail ended before there was one. */
  async firstProcess(): Promise<ProcessIdentity | null> {
    let text = "";
    this.#info.setEncoding("utf8");
    for await (const chunk of this.#info) text += String(chunk);
    const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
    this.#first = pid === undefined ? null : identifyProcess(Number(pid));
    return this.#first;
  }

  /** Kills everything in the jail and waits until it is dead. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    if (this.#first !== null) await killAndWait(this.#first);
    await this.ended.catch(() => undefined); // It never started, so there is nothing left to wait for.
  }
}

/** What each descriptor of a jail is: ours first, `/dev/null` over those it must not inherit, others left closed. */
function descriptors(given: {
  readonly filter: number;
  readonly nothing: number;
  readonly inherited: readonly number[];
}): StdioOptions {
  const highest = Math.max(launchDescriptors.channel, ...given.inherited);
  const rest = Array.from({ length: highest - launchDescriptors.channel }, (_none, index) =>
    given.inherited.includes(index + launchDescriptors.channel + 1) ? given.nothing : "ignore",
  );
  return ["pipe", "pipe", "pipe", given.filter, "pipe", "pipe", ...rest];
}

/** Runs one jail to its end. Throws with what it said on stderr when it does not exit 0. */
export async function runJail(request: {
  readonly launch: JailLaunch;
  readonly purpose: string;
  readonly feed?: (stdin: Writable) => Promise<void>;
  /** Hears both streams while it runs. */
  readonly onOutput?: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<string> {
  request.signal.throwIfAborted();
  const jail = new JailProcess(request.launch);
  const abort = (): void => void jail.kill();
  request.signal.addEventListener("abort", abort, { once: true });
  try {
    let output = "";
    jail.stdout.setEncoding("utf8");
    jail.stdout.on("data", (text: string) => {
      output = (output + text).slice(-maxErrorBytes);
      request.onOutput?.(text);
    });
    jail.stderr.on("data", (text: string) => request.onOutput?.(text));
    const [fed] = await Promise.allSettled([
      request.feed === undefined ? jail.stdin.end() : request.feed(jail.stdin),
      jail.ended,
    ]);
    const { exitCode, signal } = await jail.ended;
    request.signal.throwIfAborted();
    // What failed on the host's side explains more than a jail that lost its input.
    if (fed.status === "rejected" && fed.reason instanceof FaultError) throw fed.reason;
    if (exitCode !== 0)
      throw new JailFailed(
        request.purpose,
        exitCode,
        jail.errors || `ended by ${signal ?? `exit ${String(exitCode)}`}`,
      );
    if (fed.status === "rejected") throw fed.reason;
    return output;
  } finally {
    request.signal.removeEventListener("abort", abort);
  }
}

/** A one-off jail that did not exit 0. */
export class JailFailed extends FaultError {
  readonly exitCode: number | null;
  readonly said: string;

  constructor(purpose: string, exitCode: number | null, said: string) {
    super({ kind: "unavailable", message: `${purpose} failed in its jail: ${said}`, retryable: false });
    this.exitCode = exitCode;
    this.said = said;
  }
}
