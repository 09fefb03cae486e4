import { randomBytes } from "node:crypto";
import { chmod, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serverFileName, serverFileSchema, tokenFileName, type ServerFile } from "@omoios/contract/server-file";
import { FaultError } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";

/** The token of this installation, made at the first start. Only its user can read it; a wider mode is narrowed. */
export async function readOrCreateToken(home: string): Promise<string> {
  const path = join(home, tokenFileName);
  const draft = draftPath(path);
  await writeFile(draft, `${randomBytes(32).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  try {
    // Unlike a rename, a link never replaces a token that is in use.
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft);
  }
  await chmod(path, 0o600);
  const token = (await readFile(path, "utf8")).trim();
  if (/^[\w-]{32,}$/u.test(token)) return token;
  const problem = {
    at: path,
    message: "does not hold a token",
    fix: `rm ${shellWord(path)}   (the next start makes a new one)`,
  };
  throw new FaultError({ kind: "invalid", message: "Nobody could sign in", problems: [problem] });
}

/** Says where this server answers, in one step: a reader sees the whole file or none. */
export async function writeServerFile(home: string, server: ServerFile): Promise<void> {
  const path = join(home, serverFileName);
  const draft = draftPath(path);
  await writeFile(draft, `${JSON.stringify(serverFileSchema.parse(server), null, 2)}\n`, { flag: "wx", mode: 0o600 });
  await rename(draft, path);
}

/** Takes the file back when this process ends, unless another server has written its own meanwhile. */
export async function removeServerFile(home: string, pid: number): Promise<void> {
  const path = join(home, serverFileName);
  try {
    const found = serverFileSchema.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (found.success && found.data.pid === pid) await rm(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function draftPath(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}`;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
