import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import type { CommitTreeRequest } from "@omoios/engine/ports/repository";

import { isObjectId } from "./git-output.ts";
import type { GitProgram } from "./git-program.ts";

/**
 * See `Hub.commitTree`. Author and committer are the same person at the same second of UTC, so the id depends on the
 * arguments alone: a landing that is repeated after a crash finds the commit it had already made.
 */
export async function writeCommit(git: GitProgram, hub: string, request: CommitTreeRequest): Promise<string> {
  const problems = problemsOf(request);
  if (problems.length > 0)
    throw new FaultError({ kind: "invalid", message: "this commit cannot be written", problems });
  const date = `@${String(Math.floor(request.at.getTime() / 1000))} +0000`;
  const answer = await git.run({
    gitDir: hub,
    args: ["commit-tree", request.tree, ...request.parents.flatMap((parent) => ["-p", parent]), "-F", "-"],
    stdin: request.message,
    env: {
      GIT_AUTHOR_NAME: request.authorName,
      GIT_AUTHOR_EMAIL: request.authorEmail,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: request.authorName,
      GIT_COMMITTER_EMAIL: request.authorEmail,
      GIT_COMMITTER_DATE: date,
    },
  });
  return answer.stdout.toString("utf8").trim();
}

function problemsOf(request: CommitTreeRequest): readonly Problem[] {
  const problems: Problem[] = [];
  if (!isObjectId(request.tree)) problems.push({ at: "tree", message: "is not a full object id" });
  if (!request.parents.every(isObjectId)) problems.push({ at: "parents", message: "are not all full commit ids" });
  if (request.message.trim() === "" || request.message.includes("\0"))
    problems.push({ at: "message", message: "is empty or has a NUL character in it" });
  // Git drops these characters silently and refuses a name of which nothing is left.
  for (const at of ["authorName", "authorEmail"] as const) {
    if (request[at].trim() === "" || /[\0<>\n]/u.test(request[at]))
      problems.push({ at, message: "is empty or has a character git does not allow" });
  }
  if (!(request.at.getTime() >= 0)) problems.push({ at: "at", message: "is not a time after 1970" });
  return problems;
}
