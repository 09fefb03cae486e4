import type { BaseStore } from "./base-store.ts";
import { feedPack } from "./hub-pack.ts";
import type { Identity } from "./identities.ts";
import { runJail } from "./jail-process.ts";
import { dropLocksScript, prepareTreeScript, putOnBranchScript } from "./jail-scripts.ts";
import type { Launcher, Workspace } from "./launch.ts";
import type { SandboxFolder, SandboxRecord } from "./sandbox-store.ts";

/** The tree of a sandbox: which layers it is made of, and how it is brought to its commit. */
export class SandboxTree {
  readonly #launcher: Launcher;
  readonly #bases: BaseStore;
  readonly #git: string;

  constructor(parts: { readonly launcher: Launcher; readonly bases: BaseStore; readonly git: string }) {
    this.#launcher = parts.launcher;
    this.#bases = parts.bases;
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
    const base = this.#bases.treeOf(record.baseId);
    if (!record.hasUpper) return { kind: "plain", path: base, writable: false };
    return { kind: "overlay", base, upper: folder.upper, work: null, mountPoint: folder.mountPoint };
  }

  #writableWorkspaceOf(folder: SandboxFolder, record: SandboxRecord): Workspace {
    if (record.layering === "clone") return { kind: "plain", path: folder.tree, writable: true };
    return {
      kind: "overlay",
      base: this.#bases.treeOf(record.baseId),
      upper: folder.upper,
      work: folder.work,
      mountPoint: folder.mountPoint,
    };
  }

  /**
   * Brings a fresh tree to its commit in a jail of its own: copies the base where overlays are refused, adds the objects
   * the base lacks, and checks the commit out, so that only what differs lands in the writable layer.
   */
  async prepare(
    fresh: {
      readonly folder: SandboxFolder;
      readonly record: SandboxRecord;
      readonly identity: Identity | null;
      readonly hubPath: string;
      readonly baseCommit: string;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const { folder, record, identity, hubPath, baseCommit } = fresh;
    const copies = record.layering === "clone";
    const isDelta = baseCommit !== record.commit;
    const words = [record.commit, record.branch ?? "", copies ? "copy" : "layer", isDelta ? "delta" : "same"];
    const plan = {
      ...{ identity, workspace: this.#writableWorkspaceOf(folder, record), home: null, reportsPid: false },
      ...{ extraBinds: copies ? [{ hostPath: this.#bases.treeOf(record.baseId), jailPath: "/base" }] : [] },
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
