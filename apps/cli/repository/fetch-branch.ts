import { execFile } from "node:child_process";
import { FaultError } from "@omoios/domain/shared/fault";
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
export async function fetchBranch({ repository, hub, branch, env }: FetchBranchOptions): Promise<void> {
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
  const failure = await git(["-C", repository, ...args], { ...env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" });
  if (failure !== null) throw new FaultError(faultOf(failure, { repository, hub, branch }), { cause: failure.error });
}

interface GitFailure {
  readonly error: Error;
  readonly output: string;
}

async function git(args: readonly string[], env: NodeJS.ProcessEnv): Promise<GitFailure | null> {
  return new Promise((resolve) => {
    execFile("git", args, { env, windowsHide: true }, (error, _stdout, stderr) => {
      resolve(error === null ? null : { error, output: stderr });
    });
  });
}

function faultOf(
  { error, output }: GitFailure,
  at: { readonly repository: string; readonly hub: string; readonly branch: string },
): ConstructorParameters<typeof FaultError>[0] {
  if ("code" in error && error.code === "ENOENT") {
    return {
      kind: "unavailable",
      message: "git is not installed, or not on the PATH",
      fix: "Install git 2.39 or newer",
      retryable: false,
    };
  }
  const invalid = (message: string, fix: string): ConstructorParameters<typeof FaultError>[0] => ({
    kind: "invalid",
    message: "The branch was not fetched; your repository is as it was",
    problems: [{ at: at.repository, message, fix }],
  });
  if (/non-fast-forward|\[rejected\]/u.test(output)) {
    const other = `${at.branch}-new`;
    return invalid(
      `${at.branch} is there already and has commits of its own`,
      `Fetch it under another name: git -C ${at.repository} fetch ${at.hub} ${at.branch}:${other}`,
    );
  }
  if (/refusing to fetch into/u.test(output)) {
    return invalid(
      `${at.branch} is checked out there`,
      `git -C ${at.repository} pull --ff-only ${at.hub} ${at.branch}`,
    );
  }
  return invalid(output.trim() || error.message, `Check that ${at.repository} is a git repository you may write to`);
}
