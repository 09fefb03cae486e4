import { execFile } from "node:child_process";
import { FaultError, type Fault } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import type { CliEnvironment } from "../client/place.ts";

export interface FetchBranchOptions {
  /** The user's repository. */
  readonly repository: string;
  /** The repository of OmoiOS that has the branch. */
  readonly hub: string;
  readonly branch: string;
  readonly env: CliEnvironment;
}

/**
 * Fetches one branch under its own name. Only a fast-forward is allowed, so work of the user on a branch of that name is
 * never overwritten; what is checked out is not touched, because git refuses to fetch into it.
 */
export async function fetchBranch(options: FetchBranchOptions): Promise<void> {
  const { repository, hub, branch } = options;
  const args = [
    "-c",
    "fetch.fsckObjects=true",
    "fetch",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--",
    hub,
    `refs/heads/${branch}:refs/heads/${branch}`,
  ];
  const fetched = await git(["-C", repository, ...args], options.env);
  if (fetched.error === null) return;
  if (/refusing to fetch into/u.test(fetched.stderr)) return checkedOut(options, fetched.error);
  throw new FaultError(faultOf(fetched.error, fetched.stderr, options), { cause: fetched.error });
}

/** git refuses to fetch into what is checked out before it looks whether there is anything to fetch. */
async function checkedOut({ repository, hub, branch, env }: FetchBranchOptions, cause: Error): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const own = (await git(["-C", repository, "rev-parse", "--verify", ref], env)).stdout.trim();
  const offered = (await git(["-C", hub, "rev-parse", "--verify", ref], env)).stdout.trim();
  if (own !== "" && own === offered) return;
  const forward = await git(["-C", hub, "merge-base", "--is-ancestor", own, ref], env);
  const at = { repository, hub, branch };
  throw new FaultError(
    forward.error === null
      ? notFetched(repository, `${branch} is checked out there`, `${command(at)} pull --ff-only ${source(at)}`)
      : diverged(at, "is checked out there"),
    { cause },
  );
}

interface Ran {
  readonly error: Error | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function git(args: readonly string[], env: CliEnvironment): Promise<Ran> {
  const quiet = { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
  return new Promise((resolve) => {
    execFile("git", args, { env: quiet, windowsHide: true }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
  });
}

type Places = Pick<FetchBranchOptions, "repository" | "hub" | "branch">;

function faultOf(error: Error, stderr: string, at: Places): Fault {
  if ("code" in error && error.code === "ENOENT") {
    return {
      kind: "unavailable",
      message: "git is not installed, or not on the PATH",
      fix: "Install git 2.39 or newer",
      retryable: false,
    };
  }
  if (/non-fast-forward|\[rejected\]/u.test(stderr)) return diverged(at, "is there already");
  const fix = `Check that ${at.repository} is a git repository you may write to`;
  return notFetched(at.repository, stderr.trim() || error.message, fix);
}

function diverged(at: Places, how: string): Fault {
  const fix = `Fetch it under another name: ${command(at)} fetch ${source(at)}:${shellWord(`${at.branch}-new`)}`;
  return notFetched(at.repository, `${at.branch} ${how} and has commits of its own`, fix);
}

function notFetched(at: string, message: string, fix: string): Fault {
  const summary = "The branch was not fetched; your repository is as it was";
  return { kind: "invalid", message: summary, problems: [{ at, message, fix }] };
}

function command({ repository }: Places): string {
  return `git -C ${shellWord(repository)}`;
}

function source({ hub, branch }: Places): string {
  return `${shellWord(hub)} ${shellWord(branch)}`;
}
