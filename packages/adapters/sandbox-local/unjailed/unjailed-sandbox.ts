import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FaultError } from "@omoios/domain/shared/fault";
import type {
  Bridge,
  CommitRequest,
  Program,
  ProgramRequest,
  ProgramResult,
  Sandbox,
  SandboxRequest,
} from "@omoios/engine/ports/sandbox";
import { commitScript } from "../jail-scripts.ts";
import { OutputCollector } from "../output-collector.ts";
import { TreeWatcher } from "../program/tree-watcher.ts";
import { HostProgram } from "./host-program.ts";

const defaultMaxOutputBytes = 4 * 1024 * 1024;
const commitTimeoutMs = 60_000;

export interface UnjailedParts {
  readonly request: SandboxRequest;
  readonly adopted: boolean;
  readonly workspace: string;
  readonly bridge: Bridge | null;
  readonly env: Readonly<Record<string, string>>;
  readonly destroy: () => Promise<void>;
}

/** A folder in which programs of this machine run as they are: nothing holds them back. */
export class UnjailedSandbox implements Sandbox {
  readonly isolation = "none";
  readonly id: string;
  readonly workspace: string;
  readonly adopted: boolean;
  readonly bridge: Bridge | null;
  readonly environmentDigest: string;
  readonly closed: Promise<void>;
  readonly #parts: UnjailedParts;
  readonly #programs = new Set<HostProgram>();
  readonly #listeners = new Set<(paths: readonly string[]) => void>();
  readonly #close = Promise.withResolvers<void>();
  #watcher: TreeWatcher | null = null;
  #isClosed = false;

  constructor(parts: UnjailedParts) {
    this.#parts = parts;
    this.id = parts.request.id;
    this.workspace = parts.workspace;
    this.adopted = parts.adopted;
    this.bridge = parts.bridge;
    this.environmentDigest = createHash("sha256").update(`unjailed-1 ${process.version}`).digest("hex");
    this.closed = this.#close.promise;
  }

  async spawn(request: ProgramRequest): Promise<Program> {
    return this.#start(request);
  }

  async run(
    request: ProgramRequest & { readonly timeoutMs: number; readonly maxOutputBytes?: number },
  ): Promise<ProgramResult> {
    const startedAt = new Date();
    const program = await this.#start(request);
    const collector = new OutputCollector(request.maxOutputBytes ?? defaultMaxOutputBytes);
    let timedOut = false;
    const timeout = setTimeout(() => {
      timedOut = true;
      program.kill("SIGKILL");
    }, request.timeoutMs);
    try {
      for await (const chunk of program.output) collector.add(chunk);
      return { ...(await program.exited), ...collector.result(), timedOut, startedAt, endedAt: new Date() };
    } finally {
      clearTimeout(timeout);
    }
  }

  async commit({ message, authorName, authorEmail, at }: CommitRequest): Promise<{
    readonly tip: string;
    readonly created: boolean;
  }> {
    const { branch } = this.#parts.request;
    if (branch === null) throw this.#refusal("has no branch to commit to");
    const date = `@${Math.floor(at.getTime() / 1000)} +0000`;
    const identity = { NAME: authorName, EMAIL: authorEmail, DATE: date };
    const variables = Object.entries(identity).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]);
    const result = await this.run({
      argv: ["/bin/sh", "-c", commitScript, "commit", branch],
      env: Object.fromEntries(variables) as Readonly<Record<string, string>>,
      stdin: message,
      timeoutMs: commitTimeoutMs,
    });
    const [, created, tip] = /^([01]) ([0-9a-f]+)\n$/u.exec(result.stdout) ?? [];
    if (result.exitCode === 0 && tip !== undefined) return { tip, created: created === "1" };
    throw this.#refusal(`could not commit its work: ${(result.stderr || result.stdout).trim().slice(-2000)}`);
  }

  readonly onChange = (listener: (paths: readonly string[]) => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#watcher === null) {
      this.#watcher = new TreeWatcher(this.workspace, (paths) => this.#listeners.forEach((hear) => hear(paths)));
      void this.#watcher.start();
    }
    return () => void this.#listeners.delete(listener);
  };

  renew(): void {
    // Nothing ends by itself here.
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watcher?.stop();
    const programs = [...this.#programs];
    for (const program of programs) program.kill("SIGKILL");
    // What somebody else's child holds open is not waited for.
    await Promise.race([Promise.all(programs.map(({ ended }) => ended)), delay(2000, null, { ref: false })]);
    this.#close.resolve();
  }

  uploadPack(): Promise<{ readonly path: string; readonly command: string }> {
    return Promise.resolve({ path: join(this.workspace, ".git"), command: "git upload-pack" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#parts.destroy();
  }

  async #start(request: ProgramRequest): Promise<HostProgram> {
    if (this.#isClosed) throw this.#refusal("is closed");
    request.signal?.throwIfAborted();
    const env = { ...this.#parts.env, ...request.env };
    const program = await HostProgram.start({ argv: request.argv, cwd: join(this.workspace, request.cwd ?? "."), env });
    this.#programs.add(program);
    void program.ended.then(() => this.#programs.delete(program));
    program.feed(request);
    return program;
  }

  #refusal(what: string): FaultError {
    return new FaultError({ kind: "unavailable", message: `The sandbox ${this.id} ${what}`, retryable: false });
  }
}
