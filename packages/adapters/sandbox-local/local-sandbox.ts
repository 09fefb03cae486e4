import type { Isolation, Mode } from "@omoios/domain/sandbox/state";
import { FaultError } from "@omoios/domain/shared/fault";
import type {
  Bridge,
  CommitRequest,
  Program,
  ProgramRequest,
  ProgramResult,
  Sandbox,
} from "@omoios/engine/ports/sandbox";
import type { JailSession } from "./jail-session.ts";
import { commitScript } from "./jail-scripts.ts";
import { jailPaths } from "./launch.ts";

const commitTimeoutMs = 300_000;

/** A sandbox with a running jail. */
export class LocalSandbox implements Sandbox {
  readonly id: string;
  readonly isolation: Isolation = "full";
  readonly workspace = jailPaths.workspace;
  readonly adopted: boolean;
  readonly environmentDigest: string;
  readonly bridge: Bridge | null;
  readonly closed: Promise<void>;
  readonly #mode: Mode;
  readonly #branch: string | null;
  readonly #session: JailSession;
  readonly #writeUploadPack: () => Promise<{ readonly path: string; readonly command: string }>;
  readonly #destroy: () => Promise<void>;
  #isClosed = false;

  constructor(parts: {
    readonly id: string;
    readonly mode: Mode;
    readonly branch: string | null;
    readonly adopted: boolean;
    readonly environmentDigest: string;
    readonly bridge: Bridge | null;
    readonly session: JailSession;
    readonly writeUploadPack: () => Promise<{ readonly path: string; readonly command: string }>;
    readonly destroy: () => Promise<void>;
  }) {
    this.id = parts.id;
    this.adopted = parts.adopted;
    this.environmentDigest = parts.environmentDigest;
    this.bridge = parts.bridge;
    this.#mode = parts.mode;
    this.#branch = parts.branch;
    this.#session = parts.session;
    this.#writeUploadPack = parts.writeUploadPack;
    this.#destroy = parts.destroy;
    this.closed = parts.session.closed.then(() => {
      this.#isClosed = true;
    });
  }

  async spawn(request: ProgramRequest): Promise<Program> {
    return await this.#session.spawn(request);
  }

  async run(
    request: ProgramRequest & { readonly timeoutMs: number; readonly maxOutputBytes?: number },
  ): Promise<ProgramResult> {
    return await this.#session.run(request);
  }

  async commit(request: CommitRequest): Promise<{ readonly tip: string; readonly created: boolean }> {
    if (this.#mode !== "implementation" || this.#branch === null) throw this.#denied("commit", `in ${this.#mode} mode`);
    const date = `@${Math.floor(request.at.getTime() / 1000)} +0000`;
    const identity = { NAME: request.authorName, EMAIL: request.authorEmail, DATE: date };
    const variables = Object.entries(identity).flatMap(([name, value]) => [
      `GIT_AUTHOR_${name}=${value}`,
      `GIT_COMMITTER_${name}=${value}`,
    ]);
    // A whole new environment: what the project or the agent set for programs must not steer this commit.
    const argv = ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8", ...variables];
    const result = await this.#session.run({
      argv: [...argv, "/bin/sh", "-c", commitScript, "commit", this.#branch],
      stdin: request.message,
      timeoutMs: commitTimeoutMs,
    });
    const answer = /^([01]) ([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(result.stdout);
    if (result.exitCode !== 0 || answer?.[2] === undefined) {
      const said = result.timedOut
        ? `it took longer than ${commitTimeoutMs} ms`
        : (result.stderr || result.stdout).trim().slice(-2000);
      throw new FaultError({
        kind: "invalid",
        message: `The work in sandbox ${this.id} could not be committed`,
        problems: [{ at: "git", message: said }],
      });
    }
    return { tip: answer[2], created: answer[1] === "1" };
  }

  readonly onChange = (listener: (paths: readonly string[]) => void): (() => void) => this.#session.onChange(listener);

  renew(): void {
    this.#session.renew();
  }

  async close(): Promise<void> {
    await this.#session.close();
    await this.closed;
  }

  async uploadPack(): Promise<{ readonly path: string; readonly command: string }> {
    if (this.#mode !== "implementation") throw this.#denied("hand out commits", `in ${this.#mode} mode`);
    if (!this.#isClosed) throw this.#denied("hand out commits", "while its jail runs", "Call close() first.");
    return await this.#writeUploadPack();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#destroy();
  }

  #denied(what: string, when: string, fix?: string): FaultError {
    return new FaultError({
      kind: "denied",
      message: `The sandbox ${this.id} may not ${what} ${when}.`,
      ...(fix === undefined ? {} : { fix }),
    });
  }
}
