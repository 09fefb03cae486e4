import { execFile } from "node:child_process";
import { lstat, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { isAbsent } from "./absent-file.ts";

const execute = promisify(execFile);

/**
 * Copies untracked paths of the user's checkout into the still empty tree of a base. Links are copied as links, never
 * followed, neither on the way to a path nor below it; owners and set-id bits are not kept. The target must be empty, so
 * that nothing a repository holds can lead the copy elsewhere.
 */
export async function copyUntracked(from: string, paths: readonly string[], to: string): Promise<void> {
  const problems = (await Promise.all(paths.map(async (path) => await problemOf(from, path)))).filter(
    (problem) => problem !== null,
  );
  if (problems.length > 0)
    throw new FaultError({
      kind: "invalid",
      message: "Some files cannot be copied into the sandbox's base.",
      problems,
    });
  for (const path of paths) {
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true });
    await execute(
      "/bin/cp",
      ["-R", "-P", "--preserve=mode,timestamps,links", "--reflink=auto", "-T", "--", join(from, path), target],
      { env: {} },
    );
  }
}

/** A line of `.git/info/exclude` that matches exactly this path from the top of the repository. */
export function excludeLine(path: string): string {
  return `/${path.replace(/[\\*?[\]!#]/g, "\\$&").replace(/ +$/, (spaces) => "\\ ".repeat(spaces.length))}\n`;
}

async function problemOf(from: string, path: string): Promise<Problem | null> {
  const parts = path.split("/");
  const at = `copyFiles ${JSON.stringify(path)}`;
  if (path === "" || parts.some((part) => part === "" || part === "." || part === "..")) {
    return {
      at,
      message: "must be a plain path below the repository, without `..`",
      fix: "Name the file or folder relative to the repository.",
    };
  }
  if (parts.some((part) => part.toLowerCase() === ".git")) return { at, message: "may not be part of a .git folder" };
  if (/[\n\r\0]/.test(path)) return { at, message: "holds a line break" };
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const stat = await lstat(join(from, ...parts.slice(0, depth))).catch((error: unknown) => {
      if (isAbsent(error)) return null;
      throw error;
    });
    if (stat === null)
      return {
        at,
        message: "does not exist in the checkout",
        fix: "Create it (for example by installing dependencies) or take it off the list.",
      };
    if (stat.isSymbolicLink() && depth < parts.length)
      return { at, message: `goes through the link ${parts.slice(0, depth).join("/")}` };
  }
  return null;
}
