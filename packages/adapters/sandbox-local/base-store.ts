import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chown, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Base, BaseRequest } from "@omoios/engine/ports/sandbox";
import { readIfThere } from "./absent-file.ts";
import { bytesOfFolder, recordPath, touchBase, type BaseCache } from "./base-cache.ts";
import type { BaseSetup } from "./base-setup.ts";
import { copyUntracked, excludeLine } from "./copy-files.ts";
import { draftName, isAbandonedDraft } from "./draft-folder.ts";
import { writePack } from "./hub-pack.ts";
import type { Identity } from "./identities.ts";
import { JailFailed, runJail } from "./jail-process.ts";
import { buildBaseScript, copiedPathIsTracked } from "./jail-scripts.ts";
import type { Launcher } from "./launch.ts";
import { removeTree } from "./remove-tree.ts";
import { makeFolder, type StateFolder } from "./state-folder.ts";

const execute = promisify(execFile);

const baseRecordSchema = z.strictObject({
  version: z.literal(3),
  projectId: z.string(),
  trust: z.enum(["work", "validation"]),
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  /** What it takes on the disk. */
  bytes: z.int().nonnegative(),
  /** What set-up left for everything that runs over the base. */
  environment: z.strictObject({ folders: z.record(z.string(), z.string()), paths: z.array(z.string()) }),
});
export type BaseRecord = z.infer<typeof baseRecordSchema>;

/** A base on its way, and everybody who waits for it. */
interface Building {
  readonly done: Promise<boolean>;
  readonly abort: AbortController;
  readonly waiters: Set<BaseRequest>;
}

/**
 * The read-only trees sandboxes start from. A base is built under a name of its own and renamed when it is whole, so a
 * base that can be found is complete and never changes afterwards.
 */
export class BaseStore {
  readonly #state: StateFolder;
  readonly #launcher: Launcher;
  readonly #git: string;
  readonly #setup: BaseSetup;
  readonly #cache: BaseCache | null;
  readonly #building = new Map<string, Building>();

  constructor(parts: {
    readonly state: StateFolder;
    readonly launcher: Launcher;
    readonly git: string;
    readonly setup: BaseSetup;
    /** Null: nothing is ever removed. */
    readonly cache: BaseCache | null;
  }) {
    this.#state = parts.state;
    this.#launcher = parts.launcher;
    this.#git = parts.git;
    this.#setup = parts.setup;
    this.#cache = parts.cache;
  }

  treeOf(id: string): string {
    return join(this.#state.bases, id, "data", "tree");
  }

  async read(id: string): Promise<BaseRecord | null> {
    if (!/^[0-9a-f]{32}$/.test(id)) return null;
    const text = await readIfThere(recordPath(this.#state, id));
    return text === null ? null : baseRecordSchema.parse(JSON.parse(text));
  }

  async prepare(request: BaseRequest, identity: Identity | null, signal: AbortSignal): Promise<Base> {
    signal.throwIfAborted();
    const id = baseId(request, identity);
    const built = (await this.read(id)) === null && (await this.#buildOnce(id, { request, identity }, signal));
    const record = await this.read(id);
    if (record === null) throw new FaultError({ kind: "not-found", what: "sandbox base", id });
    await touchBase(this.#state, id);
    if (built) await this.trim();
    return { id, commit: record.commit, trust: record.trust, built };
  }

  /** Builds unless somebody already does. The build goes on as long as one caller still wants it. */
  async #buildOnce(
    id: string,
    what: { readonly request: BaseRequest; readonly identity: Identity | null },
    signal: AbortSignal,
  ): Promise<boolean> {
    let build = this.#building.get(id);
    const isFirst = build === undefined;
    if (build === undefined) {
      const abort = new AbortController();
      const waiters = new Set<BaseRequest>();
      const log = (text: string): void => waiters.forEach((waiter) => waiter.onSetupOutput?.(text));
      const done = this.#build(id, { ...what, log }, abort.signal).finally(() => this.#building.delete(id));
      done.catch(() => undefined); // Every caller that still waits gets the rejection.
      build = { done, abort, waiters };
      this.#building.set(id, build);
    }
    const shared = build;
    const waiter = { ...what.request };
    shared.waiters.add(waiter);
    const aborted = Promise.withResolvers<never>();
    const leave = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      const wasBuilt = await Promise.race([shared.done, aborted.promise]);
      return isFirst && wasBuilt;
    } finally {
      signal.removeEventListener("abort", leave);
      shared.waiters.delete(waiter);
      if (shared.waiters.size === 0) shared.abort.abort(new Error("nobody waits for this base any more"));
    }
  }

  async #build(
    id: string,
    what: {
      readonly request: BaseRequest;
      readonly identity: Identity | null;
      readonly log: (text: string) => void;
    },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { request, identity, log } = what;
    const { install } = request;
    const draft = join(this.#state.bases, draftName());
    try {
      const tree = join(draft, "data", "tree");
      await makeFolder(draft, 0o711);
      await mkdir(join(draft, "data"), { mode: 0o700 });
      await makeFolder(tree, 0o755);
      if (request.copyFiles.length > 0) await copyUntracked(checkoutOf(request), request.copyFiles, tree);
      const { hubPath, commit } = request;
      await writePack({ git: this.#git, hubPath, commit, signal }, join(tree, ".git"));
      if (identity !== null) await this.#handOver(join(draft, "data"), identity);
      await this.#checkOut(tree, what, signal);
      if (install !== null) await this.#setup.run({ install, draft, tree, identity, log }, signal);
      const record: BaseRecord = {
        version: 3,
        projectId: request.projectId,
        trust: request.trust,
        commit: request.commit,
        bytes: await bytesOfFolder(draft),
        environment: { folders: { ...install?.folders }, paths: [...(install?.paths ?? [])] },
      };
      await writeFile(join(draft, "base.json"), JSON.stringify(record), { flush: true });
      return await this.#publish(draft, id);
    } finally {
      await removeTree(draft);
    }
  }

  async #handOver(folder: string, identity: Identity): Promise<void> {
    await chown(folder, identity.uid, identity.gid);
    await execute("/bin/chown", ["-h", "-R", "-P", `${identity.uid}:${identity.gid}`, "--", folder], { env: {} });
  }

  async #checkOut(
    tree: string,
    what: { readonly request: BaseRequest; readonly identity: Identity | null },
    signal: AbortSignal,
  ): Promise<void> {
    const { request, identity } = what;
    const exclude = request.copyFiles.map(excludeLine).join("");
    const format = request.commit.length === 64 ? "sha256" : "sha1";
    const argv = [
      "/bin/sh",
      "-c",
      buildBaseScript,
      "build-base",
      request.commit,
      format,
      exclude,
      ...request.copyFiles,
    ];
    const plan = {
      identity,
      workspace: { kind: "plain", path: tree, writable: true },
      home: null,
      reportsPid: false,
      argv,
    } as const;
    try {
      await runJail({
        launch: this.#launcher.launch(plan),
        purpose: "Building a sandbox base",
        signal,
      });
    } catch (error) {
      if (!(error instanceof JailFailed) || error.exitCode !== copiedPathIsTracked) throw error;
      const problems = error.said.split("\n").map((path) => ({
        at: `copyFiles ${path}`,
        message: "is tracked by git",
        fix: "Take it off the list; the sandbox has it anyway.",
      }));
      throw new FaultError(
        { kind: "invalid", message: "copyFiles names files the commit already holds.", problems },
        { cause: error },
      );
    }
  }

  /** Gives the whole base its name; false when another process was faster. */
  async #publish(draft: string, id: string): Promise<boolean> {
    try {
      await rename(draft, join(this.#state.bases, id));
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOTEMPTY" || code === "EEXIST") return false;
      throw error;
    }
  }

  /** Makes room, where a size is given. */
  async trim(): Promise<void> {
    await this.#cache?.trim(async (id) => {
      const text = await readIfThere(recordPath(this.#state, id));
      return text === null ? null : (baseRecordSchema.safeParse(JSON.parse(text)).data?.bytes ?? null);
    });
  }

  /** Removes the drafts of processes that died while building. */
  async removeDrafts(): Promise<void> {
    for (const name of await readdir(this.#state.bases)) {
      if (isAbandonedDraft(name)) await removeTree(join(this.#state.bases, name));
    }
  }
}

function baseId(request: BaseRequest, identity: Identity | null): string {
  const key = [
    "base-3",
    request.projectId,
    request.trust,
    identity?.uid ?? null,
    request.setupDigest,
    [...request.copyFiles].sort(),
  ];
  return createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32);
}

function checkoutOf(request: BaseRequest): string {
  if (request.checkoutPath !== null) return request.checkoutPath;
  throw new FaultError({
    kind: "invalid",
    message: "A base with copyFiles needs the checkout to copy them from.",
    problems: [
      {
        at: "copyFiles",
        message: "this project has no checkout on this machine",
        fix: "Add the project by a local path, or take copyFiles off.",
      },
    ],
  });
}
