import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Processes that have to do with a folder: it is in their command line, or one of their mounts comes from it. */
export async function processesAround(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/u.test(pid) || pid === String(process.pid)) continue;
    const [command, mounts] = await Promise.all([read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/mountinfo`)]);
    if (command.includes(folder) || mounts.includes(folder)) found.push(`${pid} ${command.replaceAll("\0", " ")}`);
  }
  return found;
}

/** A process may end while it is looked at. */
async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      ["ENOENT", "ESRCH", "EACCES", "EINVAL"].includes(String(error.code))
    )
      return "";
    throw error;
  }
}

/** Sandboxes whose files still lie in a home. */
export async function sandboxesIn(home: string): Promise<readonly string[]> {
  const folders = [join(home, "sandboxes", "sandboxes"), join(home, "sandboxes", "trash")];
  return (await Promise.all(folders.map((folder) => readdir(folder)))).flat();
}
