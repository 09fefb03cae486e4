import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Base, BaseRequest, SandboxProbe, SandboxProvider, SandboxRequest } from "@omoios/engine/ports/sandbox";
import { diskSpace } from "../disk-space.ts";
import { UnjailedSandbox } from "./unjailed-sandbox.ts";

const execute = promisify(execFile);

export interface UnjailedOptions {
  /** Folder for sandboxes; created when missing. */
  readonly root: string;
  readonly nodePath: string;
}

/**
 * The provider of folders that hold nothing back, for the one case in which that is allowed: `omoios demo` on a machine
 * that cannot start a jail, whose agents do only what our own script says. Whoever composes it must offer no other agent.
 */
export async function openUnjailedSandboxes(options: UnjailedOptions): Promise<SandboxProvider> {
  await mkdir(options.root, { recursive: true, mode: 0o700 });
  return new UnjailedSandboxes(options);
}

/** Arguments: hub, commit, branch (empty: detached). */
const checkOutScript = `set -eu
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
git init -q --template= -b main .
git config user.name "OmoiOS agent"
git config user.email agent@omoios.invalid
git config gc.auto 0
git fetch -q --no-tags --no-write-fetch-head "$1" "$2"
git checkout -q -f --detach "$2"
if [ -n "$3" ]; then git checkout -q -B "$3"; fi
`;

class UnjailedSandboxes implements SandboxProvider {
  readonly id = "unjailed";
  readonly #options: UnjailedOptions;
  readonly #open = new Map<string, UnjailedSandbox>();

  constructor(options: UnjailedOptions) {
    this.#options = options;
  }

  probe(): Promise<SandboxProbe> {
    return Promise.resolve({
      isolation: "none",
      layering: "clone",
      isUsable: true,
      reason: "no jail starts on this machine; the demo goes on, because its agents do only what our own script says",
      fix: "Everything else refuses to work like this: omoios doctor says what is missing",
    });
  }

  prepareBase(request: BaseRequest): Promise<Base> {
    if (request.install !== null)
      return Promise.reject(refusal("Without a jail nothing is installed: the repository has dependencies"));
    const { projectId, trust, commit } = request;
    return Promise.resolve({ id: `${projectId}-${trust}`, commit, trust, built: false });
  }

  async open(request: SandboxRequest, signal: AbortSignal): Promise<UnjailedSandbox> {
    signal.throwIfAborted();
    await this.#open.get(request.id)?.close();
    const folder = this.#folderOf(request.id);
    const workspace = join(folder, "tree");
    const adopted = await exists(workspace);
    if (!adopted) await this.#checkOut(folder, request);
    const home = join(folder, "home");
    const bridge = this.#bridgeOf(request.id);
    await Promise.all([home, bridge].map((path) => mkdir(path, { recursive: true, mode: 0o700 })));
    const sandbox = new UnjailedSandbox({
      ...{ request, adopted, workspace },
      bridge: request.bridge === true ? { directory: bridge, inside: bridge, owner: null } : null,
      env: { PATH: this.#path(), HOME: home, LANG: "C.UTF-8", ...request.env },
      destroy: async () => this.destroy(request.id),
    });
    this.#open.set(request.id, sandbox);
    return sandbox;
  }

  async destroy(id: string): Promise<void> {
    await this.#open.get(id)?.close();
    this.#open.delete(id);
    await Promise.all(
      [this.#folderOf(id), this.#bridgeOf(id)].map((path) => rm(path, { recursive: true, force: true })),
    );
  }

  async list(): Promise<readonly { readonly id: string; readonly createdAt: Date }[]> {
    const folder = join(this.#options.root, "unjailed");
    const ids = (await exists(folder)) ? await readdir(folder) : [];
    return Promise.all(ids.map(async (id) => ({ id, createdAt: (await stat(join(folder, id))).birthtime })));
  }

  async space() {
    return diskSpace(this.#options.root, 0);
  }

  /** Whole or not there: a process that dies over it leaves a draft nobody takes for a tree. */
  async #checkOut(folder: string, { hubPath, commit, branch }: SandboxRequest): Promise<void> {
    const draft = join(folder, "draft");
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    const args = ["-c", checkOutScript, "check-out", hubPath, commit, branch ?? ""];
    await execute("/bin/sh", args, { cwd: draft, env: { PATH: this.#path(), HOME: folder, LANG: "C.UTF-8" } });
    await rename(draft, join(folder, "tree"));
  }

  #path(): string {
    return `${dirname(this.#options.nodePath)}:/usr/local/bin:/usr/bin:/bin`;
  }

  #folderOf(id: string): string {
    if (!/^[a-z0-9-]{1,64}$/u.test(id)) throw refusal(`${JSON.stringify(id)} is no id of a sandbox`);
    return join(this.#options.root, "unjailed", id);
  }

  /** Short, because a socket's whole path may have no more than 107 bytes. */
  #bridgeOf(id: string): string {
    return join(this.#options.root, "b", createHash("sha256").update(id).digest("hex").slice(0, 10));
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

function refusal(message: string): FaultError {
  return new FaultError({ kind: "unavailable", message, retryable: false });
}
