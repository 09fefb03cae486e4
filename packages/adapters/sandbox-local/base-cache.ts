import { execFile } from "node:child_process";
import { readdir, rename, stat, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { isAbsent } from "./absent-file.ts";
import type { SandboxStore } from "./sandbox-store.ts";
import { removeTree } from "./remove-tree.ts";
import type { StateFolder } from "./state-folder.ts";

const execute = promisify(execFile);

/** A base somebody was just given may not be held by a sandbox yet. */
const graceMs = 600_000;

interface CachedBase {
  readonly id: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** Keeps the bases of all projects within a size: the least recently used go first, never one a sandbox stands on. */
export class BaseCache {
  readonly #state: StateFolder;
  readonly #store: SandboxStore;
  readonly #maxBytes: number;

  constructor(parts: { readonly state: StateFolder; readonly store: SandboxStore; readonly maxBytes: number }) {
    this.#state = parts.state;
    this.#store = parts.store;
    this.#maxBytes = parts.maxBytes;
  }

  /** Removes what does not fit. `bytesOf` is what a base says of itself; null when nobody can read it any more. */
  async trim(bytesOf: (id: string) => Promise<number | null>): Promise<void> {
    const held = await this.#store.heldBases();
    const kept: CachedBase[] = [];
    for (const id of await readdir(this.#state.bases)) {
      if (id.startsWith("draft-")) continue;
      const bytes = await bytesOf(id);
      const usedAt = await this.#usedAt(id);
      if (bytes !== null && usedAt !== null) kept.push({ id, bytes, usedAt });
      else if (!held.has(id)) await this.#remove(id);
    }
    let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { id, bytes, usedAt } of kept.toSorted((one, other) => one.usedAt - other.usedAt)) {
      if (total <= this.#maxBytes) return;
      if (held.has(id) || Date.now() - usedAt < graceMs) continue;
      await this.#remove(id);
      total -= bytes;
    }
  }

  /** Removes the inits of earlier versions; only for the one process that starts jails here. */
  async removeOldInits(): Promise<void> {
    const folder = join(this.#state.init, "..");
    for (const name of await readdir(folder))
      if (name !== basename(this.#state.init)) await removeTree(join(folder, name));
  }

  async #usedAt(id: string): Promise<number | null> {
    try {
      return (await stat(recordPath(this.#state, id))).mtimeMs;
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async #remove(id: string): Promise<void> {
    const away = join(this.#state.trash, `base-${id}-${String(process.hrtime.bigint())}`);
    await rename(join(this.#state.bases, id), away);
    await removeTree(away);
  }
}

/** Where a base says what it is; the time of this file is when it was last used. */
export function recordPath(state: StateFolder, id: string): string {
  return join(state.bases, id, "base.json");
}

/** Notes that a base is used now. */
export async function touchBase(state: StateFolder, id: string): Promise<void> {
  const now = new Date();
  await utimes(recordPath(state, id), now, now);
}

/** What a folder takes on the disk. */
export async function bytesOfFolder(folder: string): Promise<number> {
  const { stdout } = await execute("/usr/bin/du", ["-s", "-B1", "--", folder], { env: {} });
  return Number(stdout.split("\t")[0]);
}
