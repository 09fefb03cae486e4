import { FaultError } from "@omoios/domain/shared/fault";
import { isRefName } from "@omoios/domain/landing/branch-name";
import { shellWord } from "@omoios/domain/shared/shell-word";

import { reasonOf } from "./git-output.ts";
import { GitFailure, type GitProgram } from "./git-program.ts";
import { receiveBranch } from "./receive-branch.ts";
import { findSource, wrongInput } from "./source-repository.ts";

/**
 * Blemishes that old, honest histories have (early versions of git and of importers wrote them). Refusing them would
 * lock out well-known repositories, and a person's own history is not an attack. Everything dangerous (`.git` in a
 * tree, `.gitmodules` tricks, `..`) stays refused, and so does every blemish in what a sandbox hands in.
 */
const toleratedInHistory = [
  "badDate",
  "badDateOverflow",
  "badEmail",
  "badFilemode",
  "badName",
  "badTimezone",
  "missingEmail",
  "missingNameBeforeEmail",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "multipleAuthors",
  "nullSha1",
  "zeroPaddedDate",
  "zeroPaddedFilemode",
].map((blemish) => `fetch.fsck.${blemish}=ignore`);

/** Receives a branch of the user's repository and returns its tip; the hub's refs are the caller's. */
export async function fetchSourceBranch(
  git: GitProgram,
  hub: string,
  from: { readonly source: string; readonly branch: string },
): Promise<string> {
  const { top, commonDir } = await findSource(git, from.source);
  if (!isRefName(`refs/heads/${from.branch}`))
    throw wrongInput(
      "--base",
      `${JSON.stringify(from.branch)} is not a branch name`,
      "give the name of a local branch",
    );
  const program = shellWord(await git.path());
  const uploadPack = `${program} -c ${shellWord(`safe.directory=${commonDir}`)} upload-pack --strict`;
  try {
    return await receiveBranch(git, hub, {
      path: commonDir,
      uploadPack,
      branch: from.branch,
      limited: false,
      settings: toleratedInHistory,
    });
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (isMissingBranch(error))
      throw new FaultError({ kind: "not-found", what: `branch of ${top}`, id: from.branch }, { cause: error });
    throw new FaultError(
      {
        kind: "unavailable",
        message: `branch ${from.branch} of ${top} could not be fetched: ${reasonOf(error.stderr)}`,
        fix: `git -C ${shellWord(top)} fsck, and repair what it reports`,
        retryable: false,
      },
      { cause: error },
    );
  }
}

export interface SandboxBranch {
  readonly path: string;
  readonly uploadPack: string;
  readonly branch: string;
  readonly intoRef: string;
}

/** Receives a branch of a sandbox and returns its tip. What the sandbox sends is hostile until git has checked it. */
export async function fetchSandboxBranch(git: GitProgram, hub: string, from: SandboxBranch): Promise<string> {
  const wrong = [`refs/heads/${from.branch}`, from.intoRef].find((ref) => !isRefName(ref));
  if (wrong !== undefined) {
    throw new FaultError({
      kind: "invalid",
      message: "the branch of a sandbox cannot be fetched",
      problems: [{ at: wrong, message: "is not a valid name of a ref" }],
    });
  }
  try {
    return await receiveBranch(git, hub, {
      path: from.path,
      uploadPack: from.uploadPack,
      branch: from.branch,
      limited: true,
    });
  } catch (error) {
    if (error instanceof GitFailure) throw explainSandbox(from.branch, error);
    throw error;
  }
}

function explainSandbox(branch: string, error: GitFailure): FaultError {
  const reason = reasonOf(error.stderr);
  const where = `branch ${branch} of the sandbox`;
  if (isMissingBranch(error))
    return new FaultError({ kind: "not-found", what: "branch of the sandbox", id: branch }, { cause: error });
  // The limits kill index-pack without a word; when it refuses an object it says which.
  if (reason === "fetch-pack: invalid index-pack output") {
    return new FaultError(
      {
        kind: "limit",
        message: `${where} is larger than a fetch may be`,
        fix: "leave generated and binary files out of the commit",
      },
      { cause: error },
    );
  }
  if (
    /fsck error|did not send all necessary objects|index-pack|invalid|bad (?:pack|object)|corrupt|missing (?:blob|tree|commit)|not our ref|not a git repository|hasDot|gitmodules/iu.test(
      error.stderr,
    )
  ) {
    return new FaultError(
      { kind: "invalid", message: `git refused ${where}`, problems: [{ at: branch, message: reason }] },
      { cause: error },
    );
  }
  return new FaultError(
    { kind: "unavailable", message: `${where} could not be fetched: ${reason}`, retryable: true },
    { cause: error },
  );
}

function isMissingBranch(error: GitFailure): boolean {
  return /couldn't find remote ref|no such remote ref/u.test(error.stderr);
}
