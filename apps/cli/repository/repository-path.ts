import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";

/**
 * The absolute path of the repository a command is about: `--repo`, else the one around the working folder. Whether it
 * is one that can be used is for the server to say, which looks at it with git.
 */
export async function repositoryPath(flag: string | undefined, cwd: string): Promise<string> {
  if (flag !== undefined && /^(?:[a-z][a-z0-9+.-]*:\/\/|[^/\\]+@[^/\\]+:)/iu.test(flag)) {
    const message = `${flag} is an address; this version works on a repository on this machine`;
    const problem = { at: "--repo", message, fix: `git clone ${shellWord(flag)}, then name the folder with --repo` };
    throw new FaultError({ kind: "invalid", message: "The repository cannot be used", problems: [problem] });
  }
  const path = resolve(cwd, flag ?? ".");
  return existsSync(path) ? topFolder(await realpath(path)) : path;
}

/** The nearest folder above that holds a `.git`, or the folder itself when there is none. */
function topFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return path;
  }
}
