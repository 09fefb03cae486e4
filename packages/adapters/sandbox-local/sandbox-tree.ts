import type { BaseStore } from "./base-store.ts";
import type { CommitLayers } from "./commit-layers.ts";
import { feedPack } from "./hub-pack.ts";
import type { Identity } from "./identities.ts";
import { runJail } from "./jail-process.ts";
import { dropLocksScript, prepareTreeScript, putOnBranchScript } from "./jail-scripts.ts";
import type { Launcher, Workspace } from "./launch.ts";
import type { SandboxFolder, SandboxRecord } from "./sandbox-store.ts";

/** A sandbox's tree before anything is in it. */
interface FreshTree {
  readonly folder: SandboxFolder;
  readonly record: SandboxRecord;
  readonly identity: Identity | null;
  readonly hubPath: string;
  readonly baseCommit: string;
}

/** The tree of a sandbox: which layers it is made of, and how it is brought to its commit. */
export class SandboxTree {
  readonly #launcher: Launcher;
  readonly #bases: BaseStore;
  readonly #layers: CommitLayers;
  readonly #git: string;

  constructor(parts: {
    readonly launcher: Launcher;
    readonly bases: BaseStore;
    readonly layers: CommitLayers;
    readonly git: string;
  }) {
    this.#launcher = parts.launcher;
    this.#bases = parts.bases;
    this.#layers = parts.layers;
    this.#git = parts.git;
  }

  /** What the sandbox's own jail gets: writable unless it only explores. */
  workspaceOf(folder: SandboxFolder, record: SandboxRecord): Workspace {
    return record.mode === "exploration"
      ? this.readOnlyWorkspaceOf(folder, record)
      : this.#writableWorkspaceOf(folder, record);
  }

  readOnlyWorkspaceOf(folder: SandboxFolder, record: SandboxRecord): Workspace {
    if (record.layering === "clone") return { kind: "plain", path: folder.tree, writable: false };
    const lower = this.#lowerOf(record);
    const layers = record.hasUpper ? [folder.upper, ...lower] : lower;
    const [only, ...others] = layers;
    if (only !== undefined && others.length === 0) return { kind: "plain", path: only, writable: false };
    return { kind: "overlay", lower: layers, upper: null, mountPoint: folder.mountPoint };
  }

  #writableWorkspaceOf(folder: SandboxFolder, record: SandboxRecord): Workspace {
    if (record.layering === "clone") return { kind: "plain", path: folder.tree, writable: true };
    const upper = { path: folder.upper, work: folder.work };
    return { kind: "overlay", lower: this.#lowerOf(record), upper, mountPoint: folder.mountPoint };
  }

  #lowerOf({ baseId, commit, onLayer }: SandboxRecord): readonly string[] {
    const base = this.#bases.treeOf(baseId);
    return onLayer ? [this.#layers.pathOf(baseId, commit), base] : [base];
  }

  /** Brings a fresh tree to its commit: a layer over the base, or a copy of it where overlays are refused. */
  async prepare(fresh: FreshTree, signal: AbortSignal): Promise<void> {
    const { record, identity, hubPath, baseCommit } = fresh;
    const { baseId, commit } = record;
    if (record.layering === "clone") await this.#copy(fresh, signal);
    else if (record.onLayer) await this.#layers.prepare({ baseId, baseCommit, commit, hubPath, identity }, signal);
  }

  /** In a jail of its own, which adds the objects the base lacks and checks the commit out. */
  async #copy({ folder, record, identity, hubPath, baseCommit }: FreshTree, signal: AbortSignal): Promise<void> {
    const isDelta = baseCommit !== record.commit;
    const words = [record.commit, record.branch ?? "", "copy", isDelta ? "delta" : "same"];
    const plan = {
      ...{ identity, workspace: this.#writableWorkspaceOf(folder, record), home: null, reportsPid: false },
      extraBinds: [{ hostPath: this.#bases.treeOf(record.baseId), jailPath: "/base" }],
      argv: ["/bin/sh", "-c", prepareTreeScript, "prepare-tree", ...words],
    };
    const pack = { git: this.#git, hubPath, commit: record.commit, known: baseCommit, signal };
    await runJail({
      launch: this.#launcher.launch(plan),
      purpose: "Preparing a sandbox's tree",
      ...(isDelta ? { feed: async (stdin) => await feedPack(pack, stdin) } : {}),
      signal,
    });
  }

  /**
   * The last touches, as the beginning of the jail's command line, since the tree may be touched only inside and nothing
   * may run before: a fresh tree's head goes on its branch, an adopted one loses stale locks.
   */
  settling(record: SandboxRecord, adopted: boolean): readonly string[] {
    if (record.branch === null) return [];
    const words = adopted
      ? [dropLocksScript, "drop-locks"]
      : [putOnBranchScript, "put-on-branch", record.commit, record.branch];
    return ["/bin/sh", "-c", ...words];
  }
}
