import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { FaultError } from "@omoios/domain/shared/fault";
import type { MergeConflict, MergePair, MergeResult, TriedMerge } from "@omoios/engine/ports/repository";

import { isObjectId, reasonOf } from "./git-output.ts";
import type { GitProgram } from "./git-program.ts";
import { incomingFolder } from "./hub-folder.ts";
import { readBlobs } from "./read-blobs.ts";

/** See `Hub.mergeTree`. */
export async function mergeTree(git: GitProgram, hub: string, pair: MergePair): Promise<MergeResult> {
  const [merge] = await mergeAll(git, hub, { pairs: [pair], env: {} });
  if (merge === undefined) throw new Error("git merge-tree gave no answer");
  return merge.clean
    ? { clean: true, tree: merge.tree }
    : { clean: false, tree: merge.tree, conflicts: merge.conflicts };
}

/**
 * See `Hub.tryMerges`. The trees and blobs go to an object folder of their own that is removed afterwards: scoring the
 * pairs of thirty branches would otherwise leave thousands of loose objects, each synced to disk for nothing.
 */
export async function tryMerges(
  git: GitProgram,
  hub: string,
  pairs: readonly MergePair[],
): Promise<readonly TriedMerge[]> {
  if (pairs.length === 0) return [];
  const scratch = await mkdtemp(join(hub, incomingFolder, "merge-"));
  const env = { GIT_OBJECT_DIRECTORY: scratch, GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedPath(join(hub, "objects")) };
  try {
    const merges = await mergeAll(git, hub, { pairs, env });
    const marked = merges.flatMap((merge) => merge.conflicts.flatMap((conflict) => textOf(merge, conflict)));
    const hunks = await countHunks(git, hub, { names: marked, env });
    return merges.map((merge) => ({
      clean: merge.clean,
      conflicts: merge.conflicts.map((conflict) => ({
        ...conflict,
        hunks: hunks.get(textOf(merge, conflict)[0] ?? "") ?? 0,
      })),
    }));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface RawMerge {
  readonly clean: boolean;
  readonly tree: string;
  readonly conflicts: readonly MergeConflict[];
}

interface MergeRun {
  readonly pairs: readonly MergePair[];
  readonly env: Readonly<Record<string, string>>;
}

async function mergeAll(git: GitProgram, hub: string, run: MergeRun): Promise<readonly RawMerge[]> {
  const unknown = run.pairs.flatMap(({ ours, theirs }) => [ours, theirs]).find((commit) => !isObjectId(commit));
  if (unknown !== undefined) throw new FaultError({ kind: "not-found", what: "commit", id: unknown });
  const answer = await git.run({
    gitDir: hub,
    // Every merge also spends a sync per new object; those of a merge that is only tried are thrown away anyway.
    args: [
      ...("GIT_OBJECT_DIRECTORY" in run.env ? ["-c", "core.fsync=none"] : []),
      "merge-tree",
      "--write-tree",
      "--stdin",
      "-z",
      "--name-only",
    ],
    stdin: run.pairs.map(({ ours, theirs }) => `${ours} ${theirs}\n`).join(""),
    env: run.env,
    // At the first pair it cannot merge git stops; how many answers there are tells which pair that was.
    accept: [0, 1, 128],
  });
  const merges = parseMerges(answer.stdout);
  const failed = run.pairs[merges.length];
  if (failed !== undefined) throw explainFailure(failed, answer.stderr);
  return merges;
}

function explainFailure(pair: MergePair, stderr: string): FaultError {
  const missing = /merge-tree: (\S+) - not something we can merge/u.exec(stderr)?.[1];
  if (missing !== undefined) return new FaultError({ kind: "not-found", what: "commit", id: missing });
  const problems = [{ at: `${pair.ours}..${pair.theirs}`, message: reasonOf(stderr) }];
  return new FaultError({ kind: "invalid", message: "these commits cannot be merged", problems });
}

/**
 * Reads `merge-tree --stdin`: for each pair a status (`1` clean, `0` conflicts) and a tree; for a conflicting one also
 * the paths, an empty field, records of `<n> path… type message`, and an empty field. Each pair ends with an empty field.
 * An answer cut off in the middle is not returned. Exported for its test.
 */
export function parseMerges(output: Buffer): readonly RawMerge[] {
  // Only fields that were ended by a NUL: what follows the last one is nothing, or cut off.
  const fields = output.toString("utf8").split("\0").slice(0, -1);
  const merges: RawMerge[] = [];
  let at = 0;
  while (at + 2 < fields.length) {
    const [status, tree = ""] = [fields[at], fields[at + 1]];
    if (!isObjectId(tree) || (status !== "0" && status !== "1")) break;
    at += 2;
    const conflicts: MergeConflict[] = [];
    if (status === "0") {
      at = fields.indexOf("", at) + 1;
      for (let count = Number(fields[at]); fields[at] !== "" && count > 0; count = Number(fields[at])) {
        const [type = "", message = ""] = [fields[at + count + 1], fields[at + count + 2]];
        if (type.startsWith("CONFLICT"))
          conflicts.push({ paths: fields.slice(at + 1, at + 1 + count), type, message: message.trimEnd() });
        at += count + 3;
      }
    }
    if (fields[at] !== "") break;
    at += 1;
    merges.push({ clean: status === "1", tree, conflicts });
  }
  return merges;
}

/** `tree:path` of the text git left markers in, or nothing when this kind of conflict leaves none. */
function textOf(merge: RawMerge, conflict: MergeConflict): readonly string[] {
  const path = conflict.paths[0];
  return path === undefined || conflict.type !== "CONFLICT (contents)" ? [] : [`${merge.tree}:${path}`];
}

const largestMarkedText = 1024 * 1024;

async function countHunks(
  git: GitProgram,
  hub: string,
  ask: { readonly names: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<ReadonlyMap<string, number>> {
  const texts = await readBlobs(git, hub, { names: ask.names, maxBytes: largestMarkedText, env: ask.env });
  const hunks = new Map<string, number>();
  for (const [name, text] of texts) hunks.set(name, text.toString("latin1").match(/^<{7} /gmu)?.length ?? 0);
  return hunks;
}

/** Git splits the list of alternates at colons, except inside double quotes. */
function quotedPath(path: string): string {
  return `"${path.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
