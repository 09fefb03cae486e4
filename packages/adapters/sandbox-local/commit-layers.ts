import { chown, mkdir, readdir, rename, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent } from "./absent-file.ts";
import type { BaseStore } from "./base-store.ts";
import { draftName, isAbandonedDraft } from "./draft-folder.ts";
import { feedPack } from "./hub-pack.ts";
import type { Identity } from "./identities.ts";
import { runJail } from "./jail-process.ts";
import { prepareTreeScript } from "./jail-scripts.ts";
import type { Launcher } from "./launch.ts";
import { removeTree } from "./remove-tree.ts";
import type { SandboxStore } from "./sandbox-store.ts";
import { makeFolder, type StateFolder } from "./state-folder.ts";
import { Turns } from "./turns.ts";

/** How many layers of one base are kept beside those in use. */
const keptLayers = 12;
/** A layer somebody was just given may not be held by a sandbox yet. */
const graceMs = 600_000;

/** A commit other than its base's. */
export interface LayeredCommit {
  readonly baseId: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly hubPath: string;
  readonly identity: Identity | null;
}

/**
 * What a commit's tree differs in from a base, checked out once and then read by every sandbox that starts there. A layer
 * is made under a name of its own and renamed when it is whole, so one that can be found never changes afterwards.
 */
export class CommitLayers {
  readonly #state: StateFolder;
  readonly #launcher: Launcher;
  readonly #bases: BaseStore;
  readonly #store: SandboxStore;
  readonly #git: string;
  /** Whoever wants a layer that is being made waits for it. */
  readonly #turns = new Turns();

  constructor(parts: {
    readonly state: StateFolder;
    readonly launcher: Launcher;
    readonly bases: BaseStore;
    readonly store: SandboxStore;
    readonly git: string;
  }) {
    this.#state = parts.state;
    this.#launcher = parts.launcher;
    this.#bases = parts.bases;
    this.#store = parts.store;
    this.#git = parts.git;
  }

  /** The layer's files, to be put over the base's. */
  pathOf(baseId: string, commit: string): string {
    return join(this.#folderOf(baseId), commit, "data", "upper");
  }

  /** Makes the layer unless it is there. */
  async prepare(wanted: LayeredCommit, signal: AbortSignal): Promise<void> {
    await this.#turns.take(`${wanted.baseId} ${wanted.commit}`, async () => {
      signal.throwIfAborted();
      if (await this.#touch(wanted)) return;
      await this.#make(wanted, signal);
      await this.#trim(wanted.baseId);
    });
  }

  async #make(wanted: LayeredCommit, signal: AbortSignal): Promise<void> {
    const { baseId, baseCommit, commit, hubPath, identity } = wanted;
    const layers = this.#folderOf(baseId);
    await makeFolder(layers, 0o711);
    const draft = join(layers, draftName());
    const data = join(draft, "data");
    const [upper, work, mountPoint] = [join(data, "upper"), join(data, "work"), join(data, "merged")];
    try {
      await makeFolder(draft, 0o711);
      await mkdir(data, { mode: 0o700 });
      await mkdir(work, { mode: 0o700 });
      for (const folder of [upper, mountPoint]) await makeFolder(folder, 0o755);
      if (identity !== null)
        for (const folder of [data, upper, work, mountPoint]) await chown(folder, identity.uid, identity.gid);
      const lower = [this.#bases.treeOf(baseId)];
      const launch = this.#launcher.launch({
        ...{ identity, home: null, reportsPid: false },
        workspace: { kind: "overlay", lower, upper: { path: upper, work }, mountPoint },
        argv: ["/bin/sh", "-c", prepareTreeScript, "prepare-tree", commit, "", "layer", "delta"],
      });
      const pack = { git: this.#git, hubPath, commit, known: baseCommit, signal };
      const feed = async (stdin: Parameters<typeof feedPack>[1]): Promise<void> => await feedPack(pack, stdin);
      await runJail({ launch, purpose: "Preparing a commit's tree", feed, signal });
      await publish(draft, join(layers, commit));
    } finally {
      await removeTree(draft);
    }
  }

  /** Notes that a layer is used now; false when it is not there. */
  async #touch({ baseId, commit }: LayeredCommit): Promise<boolean> {
    const now = new Date();
    try {
      await utimes(join(this.#folderOf(baseId), commit), now, now);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  /** Removes what nobody used for long, and what processes that died while making it left. */
  async #trim(baseId: string): Promise<void> {
    const layers = this.#folderOf(baseId);
    const held = await this.#store.heldLayers(baseId);
    const idle: { readonly name: string; readonly usedAt: number }[] = [];
    for (const name of await readdir(layers)) {
      if (isAbandonedDraft(name)) await removeTree(join(layers, name));
      if (name.startsWith("draft-") || held.has(name)) continue;
      idle.push({ name, usedAt: (await stat(join(layers, name))).mtimeMs });
    }
    const oldest = idle.toSorted((one, other) => other.usedAt - one.usedAt).slice(keptLayers);
    for (const { name, usedAt } of oldest) {
      if (Date.now() - usedAt < graceMs) continue;
      const away = join(this.#state.trash, `layer-${name}-${String(process.hrtime.bigint())}`);
      await rename(join(layers, name), away);
      await removeTree(away);
    }
  }

  #folderOf(baseId: string): string {
    return join(this.#state.bases, baseId, "layers");
  }
}

/** Gives the whole layer its name, unless another process was faster. */
async function publish(draft: string, target: string): Promise<void> {
  try {
    await rename(draft, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}
