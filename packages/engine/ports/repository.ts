/**
 * Git, as the engine needs it. Every repository is addressed by the path of a bare hub that OmoiOS owns; the user's own
 * repository is only ever read, by fetch.
 */
export interface Repositories {
  /**
   * Looks at the user's repository without changing a byte of it, the index included. Throws a `FaultError`
   * (`invalid` with `at: "--repo"` or `"--base"` and the fix) for a path that is missing, not a repository, empty
   * (no commit), bare, on a detached head without `base`, or whose `base` does not exist.
   */
  inspect(source: string, base: string | null): Promise<SourceInspection>;
  /** Opens the hub at `path`, creating it when it is not there. */
  openHub(path: string): Promise<Hub>;
}

export interface SourceInspection {
  /** Absolute path of the repository's top folder. */
  readonly path: string;
  readonly baseBranch: string;
  readonly baseCommit: string;
  /** Tracked changes and untracked files that are not part of `baseCommit`; the run leaves them out. At most 100. */
  readonly uncommitted: readonly string[];
  readonly uncommittedCount: number;
  readonly shallow: boolean;
  readonly submodules: readonly string[];
}

/** The bare repository in which all merging happens. Nothing in it ever runs: no hooks, no filters, no work tree. */
export interface Hub {
  readonly path: string;
  /** Fetches `refs/heads/<branch>` of the user's repository into `refs/remotes/source/<branch>`; returns its commit. */
  fetchSource(source: string, branch: string): Promise<string>;
  /** Fetches one branch of a sandbox through a jailed upload-pack into `intoRef`; throws `invalid` on a hostile object. */
  fetchSandbox(from: {
    readonly path: string;
    readonly uploadPack: string;
    readonly branch: string;
    readonly intoRef: string;
  }): Promise<string>;
  /** The commit a ref points at, or null. */
  resolve(ref: string): Promise<string | null>;
  treeOf(commit: string): Promise<string>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The best common ancestor of two commits; throws `invalid` when their histories have none. */
  mergeBase(one: string, other: string): Promise<string>;
  /** What a range changed: `git diff-tree -r --raw` without renames, plus added and removed lines. */
  changes(from: string, to: string): Promise<readonly FileChange[]>;
  /** The commits in `from..to`, oldest first. */
  log(from: string, to: string): Promise<readonly CommitSummary[]>;
  /** A unified diff for people and prompts, of everything or of some paths; cut at `maxBytes` with a line that says so. */
  diff(from: string, to: string, cut: DiffCut): Promise<string>;
  /** The text of a file, or null when it is absent, binary or larger than `maxBytes`. */
  readFile(commit: string, path: string, maxBytes: number): Promise<string | null>;
  /** The same for many files at the price of one: those that would be null are left out. */
  readFiles(commit: string, paths: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, string>>;
  /** Every path of the tree, at most `limit`. */
  listFiles(commit: string, limit: number): Promise<readonly string[]>;
  /** Merges two commits without a work tree. */
  mergeTree(ours: string, theirs: string): Promise<MergeResult>;
  /**
   * Tries many merges in one process and keeps none of the objects they make: what the conflict score and the landing
   * order are computed from. One answer per pair, in the order of `pairs`.
   */
  tryMerges(pairs: readonly MergePair[]): Promise<readonly TriedMerge[]>;
  /** Writes a commit object; the same arguments give the same id. */
  commitTree(request: CommitTreeRequest): Promise<string>;
  /**
   * Moves refs in one transaction, each only from the value that was seen (null = must not exist).
   * False when any of them had moved; then none is changed.
   */
  moveRefs(moves: readonly RefMove[]): Promise<boolean>;
}

export interface DiffCut {
  readonly maxBytes: number;
  readonly paths?: readonly string[];
}

export interface FileChange {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted" | "type-changed";
  /** Octal mode strings as git prints them, `000000` for absent. */
  readonly oldMode: string;
  readonly newMode: string;
  /** For a symbolic link: where it points. */
  readonly linkTarget: string | null;
  /** Null for binary files. */
  readonly addedLines: number | null;
  readonly removedLines: number | null;
  readonly bytes: number;
}

export interface CommitSummary {
  readonly commit: string;
  readonly subject: string;
  readonly files: readonly string[];
}

export type MergeResult =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly tree: string; readonly conflicts: readonly MergeConflict[] };

export interface MergePair {
  readonly ours: string;
  readonly theirs: string;
}

/** A merge that was only tried. */
export interface TriedMerge {
  readonly clean: boolean;
  readonly conflicts: readonly TriedConflict[];
}

export interface TriedConflict extends MergeConflict {
  /** Conflicting places in the merged text; 0 where git left no conflict markers. */
  readonly hunks: number;
}

export interface MergeConflict {
  readonly paths: readonly string[];
  /** Git's own name, for example `CONFLICT (contents)`. */
  readonly type: string;
  readonly message: string;
}

export interface CommitTreeRequest {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly at: Date;
}

export interface RefMove {
  readonly ref: string;
  readonly to: string | null;
  readonly seen: string | null;
}
