import { execFile } from "node:child_process";
import { lstat } from "node:fs/promises";
import { promisify } from "node:util";
import { isAbsent } from "./absent-file.ts";

const execute = promisify(execFile);

/**
 * Deletes a folder with all that is in it, whoever owns it and whatever its modes are; absent is success. Links are
 * deleted, never followed. Nothing may be running in it any more.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await execute("/bin/rm", ["-rf", "--one-file-system", "--", path], { env: {} });
  } catch {
    // An ordinary user cannot list folders made unreadable inside the jail, such as an overlay's work folder.
    if (!(await exists(path))) return;
    await execute("/bin/chmod", ["-R", "u+rwX", "--", path], { env: {} });
    await execute("/bin/rm", ["-rf", "--one-file-system", "--", path], { env: {} });
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
}
