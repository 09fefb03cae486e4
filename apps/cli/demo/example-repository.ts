import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const example = new URL("../../../examples/notes/", import.meta.url);

/** The script for model and agent that belongs to the example. */
export const exampleScenario = fileURLToPath(new URL("demo.yaml", example));

/** Author and date are fixed, so that the first commit has the same id everywhere. */
const identity = {
  GIT_AUTHOR_NAME: "Notes",
  GIT_AUTHOR_EMAIL: "notes@example.com",
  GIT_AUTHOR_DATE: "2026-01-05T09:00:00Z",
  GIT_COMMITTER_NAME: "Notes",
  GIT_COMMITTER_EMAIL: "notes@example.com",
  GIT_COMMITTER_DATE: "2026-01-05T09:00:00Z",
};

/** Copies the example to `folder` and commits it there: a repository like any other. */
export async function writeExampleRepository(folder: string, path: string | undefined): Promise<void> {
  await cp(fileURLToPath(new URL("repository", example)), folder, { recursive: true });
  // Whatever the person's git is configured to do (sign, run hooks, convert line ends) would change the commit.
  const env = { PATH: path, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull, ...identity };
  const git = async (...args: readonly string[]): Promise<unknown> => execute("git", ["-C", folder, ...args], { env });
  await git("init", "--quiet", "--initial-branch=main", "--template=");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=Notes: a JSON API and a page");
}
