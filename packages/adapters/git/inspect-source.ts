import { shellWord } from "@omoios/domain/shared/shell-word";
import type { SourceInspection } from "@omoios/engine/ports/repository";

import { configVariables } from "./git-environment.ts";
import { splitFields } from "./git-output.ts";
import type { GitProgram } from "./git-program.ts";
import { nearestNames } from "./nearest-names.ts";
import { findSource, readSource, wrongInput } from "./source-repository.ts";

const shownPaths = 100;
const shownBranches = 5;

/** See `Repositories.inspect`. */
export async function inspectSource(git: GitProgram, source: string, base: string | null): Promise<SourceInspection> {
  const { top } = await findSource(git, source);
  const branches = await readBranches(git, top);
  const baseBranch = base ?? (await currentBranch(git, top, branches));
  const baseCommit = branches.local.get(baseBranch);
  if (baseCommit === undefined) throw unknownBase(top, baseBranch, branches);
  const [uncommitted, submodules, shallow] = await Promise.all([
    listUncommitted(git, top),
    listSubmodules(git, top, baseCommit),
    readSource(git, top, { args: ["rev-parse", "--is-shallow-repository"] }),
  ]);
  return {
    path: top,
    baseBranch,
    baseCommit,
    uncommitted: uncommitted.slice(0, shownPaths),
    uncommittedCount: uncommitted.length,
    shallow: shallow.stdout.toString("utf8").trim() === "true",
    submodules,
  };
}

interface Branches {
  readonly local: ReadonlyMap<string, string>;
  /** Remote-tracking branches, as `origin/main`. */
  readonly remote: readonly string[];
}

async function readBranches(git: GitProgram, top: string): Promise<Branches> {
  const answer = await readSource(git, top, {
    args: ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/", "refs/remotes/"],
  });
  const local = new Map<string, string>();
  const remote: string[] = [];
  for (const line of answer.stdout.toString("utf8").split("\n")) {
    const ref = line.slice(41);
    if (ref.startsWith("refs/heads/")) local.set(ref.slice("refs/heads/".length), line.slice(0, 40));
    else if (ref.startsWith("refs/remotes/") && !ref.endsWith("/HEAD")) remote.push(ref.slice("refs/remotes/".length));
  }
  return { local, remote };
}

async function currentBranch(git: GitProgram, top: string, branches: Branches): Promise<string> {
  const head = await readSource(git, top, { args: ["symbolic-ref", "--quiet", "HEAD"], accept: [0, 1] });
  const known = [...branches.local.keys()];
  if (head.exitCode === 1) {
    const example = known.includes("main") ? "main" : known[0];
    const fix =
      example === undefined ? "create a branch: git switch -c main" : `name the branch to build on: --base ${example}`;
    throw wrongInput("--base", `${top} is on a detached head, so there is no current branch`, fix);
  }
  const name = head.stdout
    .toString("utf8")
    .trim()
    .replace(/^refs\/heads\//u, "");
  if (branches.local.has(name)) return name;
  if (known.length > 0) {
    throw wrongInput(
      "--base",
      `the current branch ${name} of ${top} has no commit yet`,
      `commit on it, or name another branch: --base ${nearestNames(name, known)[0] ?? ""}`,
    );
  }
  throw emptyRepository(top);
}

function emptyRepository(top: string): Error {
  return wrongInput(
    "--repo",
    `${top} has no commit yet`,
    `cd ${shellWord(top)} && git add -A && git commit -m "Start"`,
  );
}

function unknownBase(top: string, base: string, branches: Branches): Error {
  const known = nearestNames(base, [...branches.local.keys()]);
  const tracked = branches.remote.find((name) => name === base || name.slice(name.indexOf("/") + 1) === base);
  if (tracked !== undefined) {
    const local = tracked.slice(tracked.indexOf("/") + 1);
    return wrongInput(
      "--base",
      `${base} is not a local branch of ${top}, only a remote one`,
      `git branch ${local} ${tracked} and give --base ${local}`,
    );
  }
  if (known.length === 0) return emptyRepository(top);
  const more = known.length > shownBranches ? ` and ${String(known.length - shownBranches)} more` : "";
  return wrongInput(
    "--base",
    `${top} has no branch ${JSON.stringify(base)}`,
    `branches there: ${known.slice(0, shownBranches).join(", ")}${more}`,
  );
}

/**
 * What `git status` would list. `status` compares the content of every file whose time stamp changed, and for that it
 * would run the repository's clean filters and its file system monitor. Neither may run: the monitor is off by
 * {@link hardenedOptions}, and every configured filter driver is emptied for this call. A file under such a filter (Git
 * LFS, say) is then compared raw, so it is listed when its time stamp changed; nothing that changed is missed.
 * Submodules are compared by their commit only, since looking into one runs git under that one's own config.
 */
async function listUncommitted(git: GitProgram, top: string): Promise<readonly string[]> {
  const drivers = await filterDrivers(git, top);
  const settings = drivers.flatMap((driver): readonly (readonly [string, string])[] => [
    [`filter.${driver}.clean`, ""],
    [`filter.${driver}.smudge`, ""],
    [`filter.${driver}.process`, ""],
    [`filter.${driver}.required`, "false"],
  ]);
  const args = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=dirty"];
  const status = await readSource(git, top, { args, env: configVariables(settings) });
  return splitFields(status.stdout).map((entry) => entry.slice(3));
}

async function filterDrivers(git: GitProgram, top: string): Promise<readonly string[]> {
  const answer = await readSource(git, top, {
    args: ["config", "--null", "--name-only", "--get-regexp", "^filter\\."],
    accept: [0, 1],
  });
  const names = splitFields(answer.stdout).map((key) => key.slice("filter.".length, key.lastIndexOf(".")));
  return [...new Set(names.filter((name) => name !== ""))];
}

async function listSubmodules(git: GitProgram, top: string, commit: string): Promise<readonly string[]> {
  const tree = await readSource(git, top, { args: ["ls-tree", "-r", "-z", "--full-tree", commit] });
  return splitFields(tree.stdout)
    .filter((entry) => entry.startsWith("160000 "))
    .map((entry) => entry.slice(entry.indexOf("\t") + 1));
}
