import type {
  CommitSummary,
  CommitTreeRequest,
  DiffCut,
  FileChange,
  Hub,
  MergePair,
  MergeResult,
  RefMove,
  TriedMerge,
} from "@omoios/engine/ports/repository";
import { FaultError } from "@omoios/domain/shared/fault";
import { isRefName } from "@omoios/domain/landing/branch-name";

import { fetchSandboxBranch, fetchSourceBranch, type SandboxBranch } from "./fetch-branch.ts";
import { isObjectId, splitFields } from "./git-output.ts";
import type { GitProgram } from "./git-program.ts";
import { prepareHubFolder } from "./hub-folder.ts";
import { mergeTree, tryMerges } from "./merge-trees.ts";
import { moveRefs } from "./move-refs.ts";
import { readBlobs } from "./read-blobs.ts";
import { readChanges, readCommits, readDiff, readLog, readMergeBase } from "./read-history.ts";
import { writeCommit } from "./write-commit.ts";

/** Opens the hub at `path`, creating it when it is not there. */
export async function openHub(git: GitProgram, path: string): Promise<Hub> {
  return new BareHub(git, await prepareHubFolder(git, path));
}

const setRefAttempts = 5;

class BareHub implements Hub {
  readonly path: string;
  readonly #git: GitProgram;

  constructor(git: GitProgram, path: string) {
    this.#git = git;
    this.path = path;
  }

  async fetchSource(source: string, branch: string): Promise<string> {
    const tip = await fetchSourceBranch(this.#git, this.path, { source, branch });
    await this.#setRef(`refs/remotes/source/${branch}`, tip);
    return tip;
  }

  async fetchSandbox(from: SandboxBranch): Promise<string> {
    const tip = await fetchSandboxBranch(this.#git, this.path, from);
    await this.#setRef(from.intoRef, tip);
    return tip;
  }

  async resolve(ref: string): Promise<string | null> {
    if (!isObjectId(ref) && !isRefName(ref)) {
      throw new FaultError({
        kind: "invalid",
        message: "this ref cannot be resolved",
        problems: [{ at: ref, message: "is neither a full name of a ref nor a full commit id" }],
      });
    }
    const answer = await this.#git.run({
      gitDir: this.path,
      args: ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`],
      accept: [0, 1, 128],
    });
    const commit = answer.stdout.toString("utf8").trim();
    return answer.exitCode === 0 && isObjectId(commit) ? commit : null;
  }

  async treeOf(commit: string): Promise<string> {
    const answer = await readCommits(this.#git, this.path, {
      commits: [commit],
      args: ["rev-parse", "--verify", "--quiet", `${commit}^{tree}`],
      accept: [0, 1],
    });
    if (answer.exitCode !== 0) throw new FaultError({ kind: "not-found", what: "commit", id: commit });
    return answer.stdout.toString("utf8").trim();
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const args = ["merge-base", "--is-ancestor", ancestor, descendant];
    const answer = await readCommits(this.#git, this.path, { commits: [ancestor, descendant], args, accept: [0, 1] });
    return answer.exitCode === 0;
  }

  async mergeBase(one: string, other: string): Promise<string> {
    return readMergeBase(this.#git, this.path, { one, other });
  }

  async changes(from: string, to: string): Promise<readonly FileChange[]> {
    return readChanges(this.#git, this.path, { from, to });
  }

  async log(from: string, to: string): Promise<readonly CommitSummary[]> {
    return readLog(this.#git, this.path, { from, to });
  }

  async diff(from: string, to: string, cut: DiffCut): Promise<string> {
    return readDiff(this.#git, this.path, { from, to, ...cut });
  }

  async readFile(commit: string, path: string, maxBytes: number): Promise<string | null> {
    return (await this.readFiles(commit, [path], maxBytes)).get(path) ?? null;
  }

  async readFiles(commit: string, paths: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, string>> {
    const wanted = paths.filter((path) => path !== "");
    if (wanted.length === 0) return new Map();
    const args = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", ...wanted];
    const listed = await readCommits(this.#git, this.path, { commits: [commit], args });
    const ids = new Map(splitFields(listed.stdout).flatMap(fileEntry));
    const blobs = await readBlobs(this.#git, this.path, { names: [...ids.values()], maxBytes });
    return new Map(
      wanted.flatMap((path): readonly (readonly [string, string])[] => {
        const content = blobs.get(ids.get(path) ?? "");
        const text = content === undefined ? null : textOrNull(content);
        return text === null ? [] : [[path, text]];
      }),
    );
  }

  async listFiles(commit: string, limit: number): Promise<readonly string[]> {
    const args = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit];
    const answer = await readCommits(this.#git, this.path, { commits: [commit], args });
    return splitFields(answer.stdout).slice(0, limit);
  }

  async mergeTree(ours: string, theirs: string): Promise<MergeResult> {
    return mergeTree(this.#git, this.path, { ours, theirs });
  }

  async tryMerges(pairs: readonly MergePair[]): Promise<readonly TriedMerge[]> {
    return tryMerges(this.#git, this.path, pairs);
  }

  async commitTree(request: CommitTreeRequest): Promise<string> {
    return writeCommit(this.#git, this.path, request);
  }

  async moveRefs(moves: readonly RefMove[]): Promise<boolean> {
    return moveRefs(this.#git, this.path, moves);
  }

  /** Sets a ref whose value is whatever was fetched last; two fetches of one branch at once both succeed. */
  async #setRef(ref: string, to: string): Promise<void> {
    for (let attempt = 0; attempt < setRefAttempts; attempt++) {
      const seen = await this.resolve(ref);
      if (seen === to || (await this.moveRefs([{ ref, to, seen }]))) return;
    }
    throw new FaultError({ kind: "stale", what: "ref", id: ref });
  }
}

function textOrNull(content: Buffer): string | null {
  if (content.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch (error) {
    // The decoder's way of saying that this is not text.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Path and object of a line of `ls-tree` that is about a file; a folder, link or submodule has no text. */
function fileEntry(line: string): readonly (readonly [string, string])[] {
  const [, id, path] = /^100\d{3} blob ([0-9a-f]{40})\t(.*)$/su.exec(line) ?? [];
  return id === undefined || path === undefined ? [] : [[path, id]];
}
