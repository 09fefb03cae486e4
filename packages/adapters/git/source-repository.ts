import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { FaultError } from "@omoios/domain/shared/fault";

import { GitFailure, type GitProgram, type GitRequest, type GitResult } from "./git-program.ts";

/** A repository of the user, found but not yet looked into. It is only ever read. */
export interface SourceRepository {
  /** Top folder of the checkout, symbolic links resolved. */
  readonly top: string;
  /** The folder that holds refs and objects; a worktree shares that of its main checkout. */
  readonly commonDir: string;
}

/** An `invalid` fault about one command-line flag. */
export function wrongInput(at: "--repo" | "--base", message: string, fix: string): FaultError {
  return new FaultError({
    kind: "invalid",
    message: "this repository cannot be used",
    problems: [{ at, message, fix }],
  });
}

/**
 * Finds the repository at `path`, which may be any folder inside its checkout. The walk upwards is done here and not by
 * git, because the top folder must be known before git is asked: it is the one value of `safe.directory` that is passed.
 */
export async function findSource(git: GitProgram, path: string): Promise<SourceRepository> {
  // Before anything is said about the path: without a usable git nothing that follows would be true.
  await git.path();
  const top = await findTop(path);
  const args = [
    "rev-parse",
    "--path-format=absolute",
    "--is-bare-repository",
    "--show-toplevel",
    "--git-common-dir",
    "--show-object-format",
  ];
  const answer = await readSource(git, top, { args }).catch((error: unknown) => {
    throw explainUnreadable(top, error);
  });
  const [isBare, shownTop, commonDir, format] = answer.stdout.toString("utf8").split("\n");
  if (isBare !== "false" || shownTop === undefined || commonDir === undefined) throw bareRepository(top);
  if (format !== "sha1")
    throw wrongInput(
      "--repo",
      `${top} stores its objects as ${String(format)}, which is not supported`,
      "use a clone with the usual object format (sha1)",
    );
  return { top: shownTop, commonDir };
}

/**
 * Runs a reading command in the user's checkout. `safe.directory` names exactly this folder and only for this process:
 * a checkout owned by somebody else (a root server, a shared folder) can be read, and nobody's git config is touched.
 */
export async function readSource(
  git: GitProgram,
  top: string,
  request: Pick<GitRequest, "args" | "env" | "accept">,
): Promise<GitResult> {
  return git.run({
    ...request,
    args: ["-c", `safe.directory=${top}`, "--no-optional-locks", "--literal-pathspecs", ...request.args],
    cwd: top,
  });
}

async function findTop(path: string): Promise<string> {
  if (/^[a-z][a-z0-9+.-]*:\/\/|^[^/\s]+@[^/\s]+:/iu.test(path)) {
    throw wrongInput(
      "--repo",
      `${path} is a URL, not a folder on this machine`,
      `git clone ${path} and give the folder of the clone`,
    );
  }
  const start = await existingFolder(path);
  for (let folder = start; ; folder = dirname(folder)) {
    if (basename(folder) !== ".git" && (await looksBare(folder))) throw bareRepository(folder);
    if (await exists(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) break;
  }
  throw wrongInput(
    "--repo",
    `${start} is not in a git repository`,
    `git init ${start}, then commit what is there, or give another folder`,
  );
}

async function existingFolder(path: string): Promise<string> {
  try {
    const real = await realpath(resolve(path));
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    const denied = cause instanceof Error && "code" in cause && cause.code === "EACCES";
    if (denied)
      throw wrongInput("--repo", `${path} may not be read by this user`, "run OmoiOS as a user who can read it");
    throw wrongInput("--repo", `${path} does not exist`, "give the folder of a git repository, for example --repo .");
  }
  throw wrongInput(
    "--repo",
    `${path} is a file, not a folder`,
    "give the folder of a git repository, for example --repo .",
  );
}

function bareRepository(path: string): FaultError {
  return wrongInput(
    "--repo",
    `${path} is a bare repository: it has no checkout`,
    `git clone ${path} and give the folder of the clone`,
  );
}

function explainUnreadable(top: string, error: unknown): unknown {
  if (!(error instanceof GitFailure)) return error;
  if (/must be run in a work tree/u.test(error.stderr)) return bareRepository(top);
  const reason = error.stderr.split("\n")[0]?.replace(/^fatal: /u, "") ?? "";
  return wrongInput(
    "--repo",
    `${top} is not a git repository that can be read: ${reason}`,
    `run git status in ${top} and repair what it reports`,
  );
}

async function looksBare(folder: string): Promise<boolean> {
  const parts = await Promise.all(["HEAD", "objects", "refs"].map((name) => exists(join(folder, name))));
  return parts.every(Boolean);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
