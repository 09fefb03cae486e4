import { diffCutLine } from "@omoios/domain/shared/cut-diff";
import { FaultError } from "@omoios/domain/shared/fault";
import type { CommitSummary, DiffCut, FileChange } from "@omoios/engine/ports/repository";

import { isObjectId, plainText, splitFields } from "./git-output.ts";
import { GitFailure, type GitProgram, type GitRequest, type GitResult } from "./git-program.ts";
import { readBlobs, readSizes } from "./read-blobs.ts";

/** Linux allows no longer path; what does not fit is no link anybody could follow. */
const longestLink = 4095;

export interface CommitRange {
  readonly from: string;
  readonly to: string;
}

/** Runs a command over commits, each named by its full id; when one of them is not there the fault says which. */
export async function readCommits(
  git: GitProgram,
  hub: string,
  ask: { readonly commits: readonly string[] } & GitRequest,
): Promise<GitResult> {
  const { commits, ...request } = ask;
  const unnamed = commits.find((commit) => !isObjectId(commit));
  if (unnamed !== undefined) throw new FaultError({ kind: "not-found", what: "commit", id: unnamed });
  try {
    return await git.run({ gitDir: hub, ...request });
  } catch (error) {
    // Some commands fail without naming what is missing, so it is asked for.
    const missing = error instanceof GitFailure ? await findMissing(git, hub, commits) : undefined;
    if (missing !== undefined)
      throw new FaultError({ kind: "not-found", what: "commit", id: missing }, { cause: error });
    throw error;
  }
}

async function findMissing(git: GitProgram, hub: string, commits: readonly string[]): Promise<string | undefined> {
  const answer = await git.run({
    gitDir: hub,
    args: ["cat-file", "--batch-check=%(objecttype)"],
    stdin: commits.map((commit) => `${commit}\n`).join(""),
  });
  const types = answer.stdout.toString("utf8").split("\n");
  return commits.find((_, index) => types[index] !== "commit");
}

/** See `Hub.mergeBase`. */
export async function readMergeBase(
  git: GitProgram,
  hub: string,
  { one, other }: { readonly one: string; readonly other: string },
): Promise<string> {
  const answer = await readCommits(git, hub, {
    commits: [one, other],
    args: ["merge-base", one, other],
    accept: [0, 1],
  });
  if (answer.exitCode === 0) return answer.stdout.toString("utf8").trim();
  const problems = [{ at: `${one}..${other}`, message: "have no common history" }];
  throw new FaultError({ kind: "invalid", message: "these commits cannot be merged", problems });
}

/** See `Hub.changes`. */
export async function readChanges(git: GitProgram, hub: string, range: CommitRange): Promise<readonly FileChange[]> {
  const args = [
    "diff-tree",
    "-r",
    "-z",
    "--raw",
    "--numstat",
    "--no-abbrev",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    `${range.from}^{tree}`,
    `${range.to}^{tree}`,
  ];
  const answer = await readCommits(git, hub, { commits: [range.from, range.to], args });
  const { entries, lines } = parseChanges(splitFields(answer.stdout));
  const ids = entries.filter(({ newMode }) => newMode !== "000000" && newMode !== "160000").map(({ newId }) => newId);
  const links = entries.filter(({ newMode }) => newMode === "120000").map(({ newId }) => newId);
  const sizes = await readSizes(git, hub, { names: ids });
  const targets = await readBlobs(git, hub, { names: links, maxBytes: longestLink });
  return entries.map(({ newId, ...entry }) => ({
    ...entry,
    ...(lines.get(entry.path) ?? { addedLines: null, removedLines: null }),
    linkTarget: entry.newMode === "120000" ? (targets.get(newId)?.toString("utf8") ?? null) : null,
    bytes: sizes.get(newId) ?? 0,
  }));
}

interface RawEntry extends Pick<FileChange, "path" | "status" | "oldMode" | "newMode"> {
  readonly newId: string;
}

type LineCounts = Pick<FileChange, "addedLines" | "removedLines">;

const statuses: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  M: "modified",
  D: "deleted",
  T: "type-changed",
};

/** With `--raw --numstat -z` git prints all raw entries (two fields each), then all line counts (one field each). */
function parseChanges(fields: readonly string[]): {
  readonly entries: readonly RawEntry[];
  readonly lines: ReadonlyMap<string, LineCounts>;
} {
  const entries: RawEntry[] = [];
  const lines = new Map<string, LineCounts>();
  let at = 0;
  for (; fields[at]?.startsWith(":") === true; at += 2) {
    const [oldMode = "", newMode = "", , newId = "", letter = ""] = (fields[at] ?? "").slice(1).split(" ");
    const status = statuses[letter];
    if (status === undefined) throw new Error(`git diff-tree printed an unknown status ${JSON.stringify(letter)}`);
    entries.push({ path: fields[at + 1] ?? "", status, oldMode, newMode, newId });
  }
  for (const field of fields.slice(at)) {
    const [added = "-", removed = "-", ...path] = field.split("\t");
    const binary = added === "-";
    lines.set(path.join("\t"), {
      addedLines: binary ? null : Number(added),
      removedLines: binary ? null : Number(removed),
    });
  }
  return { entries, lines };
}

/** See `Hub.log`. A record starts with a slash, which no path in a tree can; so no file name passes for a commit. */
export async function readLog(git: GitProgram, hub: string, range: CommitRange): Promise<readonly CommitSummary[]> {
  const args = [
    "log",
    "-z",
    "--reverse",
    "--topo-order",
    "--name-only",
    "--no-renames",
    "--diff-merges=first-parent",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-mailmap",
  ];
  const answer = await readCommits(git, hub, {
    commits: [range.from, range.to],
    args: [...args, "--format=tformat:/%H%x00%s%x00", `${range.from}..${range.to}`, "--"],
  });
  const commits: { commit: string; subject: string; files: string[] }[] = [];
  const fields = splitFields(answer.stdout);
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? "";
    if (field.startsWith("/")) {
      commits.push({ commit: field.slice(1), subject: plainText(fields[at + 1] ?? ""), files: [] });
      at += 1;
    } else if (field !== "") commits.at(-1)?.files.push(field.replace(/^\n/u, ""));
  }
  return commits;
}

/** See `Hub.diff`. */
export async function readDiff(git: GitProgram, hub: string, question: CommitRange & DiffCut): Promise<string> {
  const { from, to, maxBytes, paths } = question;
  const args = [
    "--literal-pathspecs",
    "diff-tree",
    "-r",
    "-p",
    "-M",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    `${from}^{tree}`,
    `${to}^{tree}`,
    ...(paths === undefined ? [] : ["--", ...paths]),
  ];
  const answer = await readCommits(git, hub, { commits: [from, to], args, maxOutputBytes: maxBytes, overflow: "cut" });
  if (!answer.cut) return answer.stdout.toString("utf8");
  const end = answer.stdout.lastIndexOf("\n") + 1;
  return `${answer.stdout.subarray(0, end).toString("utf8")}${diffCutLine(end)}`;
}
