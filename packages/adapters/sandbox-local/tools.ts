import { access, constants } from "node:fs/promises";
import { join } from "node:path";

/** Absolute paths of the host programs the launcher uses. Never looked up on a caller's PATH. */
export interface Tools {
  readonly bwrap: string;
  readonly unshare: string;
  readonly mount: string;
  readonly setpriv: string;
  readonly sh: string;
  readonly git: string;
}

const folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

/** Finds every tool, or names the ones that are missing. `override` gives a path of its own for a tool. */
export async function findTools(
  override: Partial<Tools> = {},
): Promise<{ readonly tools: Tools; readonly missing: readonly (keyof Tools)[] }> {
  const names = ["bwrap", "unshare", "mount", "setpriv", "sh", "git"] as const;
  const found = await Promise.all(
    names.map(async (name) => [name, await firstExecutable(override[name] ?? null, name)] as const),
  );
  const paths = Object.fromEntries(found.map(([name, path]) => [name, path ?? `/usr/bin/${name}`])) as Record<
    keyof Tools,
    string
  >;
  return { tools: paths, missing: found.flatMap(([name, path]) => (path === null ? [name] : [])) };
}

async function firstExecutable(override: string | null, name: string): Promise<string | null> {
  const candidates = override === null ? folders.map((folder) => join(folder, name)) : [override];
  for (const path of candidates) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return null;
}
