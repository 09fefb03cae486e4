import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** Every file below a folder, `.git` included, as `<path> <kind> <mode> <mtime> <digest>`: what "untouched" means. */
export async function folderDigest(root: string, folder = "."): Promise<readonly string[]> {
  const names = (await readdir(join(root, folder))).toSorted();
  const lines = await Promise.all(names.map(async (name) => entryLines(root, join(folder, name))));
  return [await entryLine(root, folder, "folder"), ...lines.flat()];
}

async function entryLines(root: string, path: string): Promise<readonly string[]> {
  const entry = await lstat(join(root, path));
  if (entry.isDirectory()) return folderDigest(root, path);
  const content = entry.isSymbolicLink() ? await readlink(join(root, path)) : await readFile(join(root, path));
  return [await entryLine(root, path, createHash("sha256").update(content).digest("hex"))];
}

async function entryLine(root: string, path: string, digest: string): Promise<string> {
  const { mode, uid, gid, mtimeNs, nlink } = await lstat(join(root, path), { bigint: true });
  return `${path} ${mode.toString(8)} ${uid}:${gid} ${nlink} ${mtimeNs} ${digest}`;
}
