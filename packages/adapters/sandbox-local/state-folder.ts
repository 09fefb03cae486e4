import { createHash, randomUUID } from "node:crypto";
import { chmod, constants, copyFile, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { isAbsent } from "./absent-file.ts";
import { readInitProgram } from "./init-program.ts";
import { buildSeccompFilter } from "./seccomp.ts";

/** Where the local provider keeps everything; all paths are absolute. */
export interface StateFolder {
  readonly root: string;
  /** Files every jail sees in `/etc`. */
  readonly etc: string;
  /** The folder bound at `/opt/init`. */
  readonly init: string;
  readonly seccompFilter: string;
  /** Mount points and tables of `stage.ts`. */
  readonly stages: string;
  readonly slots: string;
  readonly bases: string;
  readonly sandboxes: string;
  /** Folders on their way out: renamed here first, so that their name is free at once. */
  readonly trash: string;
}

/** Files a jail's `/etc` is made of. Programs need a passwd entry and `localhost`; git needs no more than this. */
const etcFiles: Readonly<Record<string, string>> = {
  passwd: "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nagent:x:1000:1000:agent:/home/agent:/bin/sh\n",
  group: "root:x:0:\nagent:x:1000:\n",
  hosts: "127.0.0.1 localhost sandbox\n::1 localhost\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  gitconfig:
    "[safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[advice]\n\tdetachedHead = false\n",
};
export const etcNames: readonly string[] = Object.keys(etcFiles);

/** Creates what is missing below `root` and writes the files jails are made of. */
export async function openStateFolder(root: string, nodePath: string): Promise<StateFolder> {
  refuseAwkwardPath(root);
  const initFiles = await readInitProgram();
  const node = await stat(nodePath);
  const identity = [initFiles, nodePath, node.size, node.mtimeMs];
  const version = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  const folder: StateFolder = {
    root,
    etc: join(root, "etc"),
    init: join(root, "init", version),
    seccompFilter: join(root, `filter-${process.arch}.bpf`),
    stages: join(root, "stages"),
    slots: join(root, "slots"),
    bases: join(root, "bases"),
    sandboxes: join(root, "sandboxes"),
    trash: join(root, "trash"),
  };
  // As root the jails' uids must pass through; what is theirs alone is 0700 further down.
  await makeFolder(root, 0o711);
  for (const path of [folder.bases, folder.sandboxes]) await makeFolder(path, 0o711);
  for (const path of [folder.etc, join(root, "init"), folder.init, folder.stages]) await makeFolder(path, 0o755);
  for (const path of [folder.slots, folder.trash]) await makeFolder(path, 0o700);
  for (const [name, text] of Object.entries(etcFiles)) await writeOnce(join(folder.etc, name), text);
  for (const { name, text } of initFiles) await writeOnce(join(folder.init, name), text);
  await sealNode(nodePath, join(folder.init, "node"));
  await writeOnce(folder.seccompFilter, buildSeccompFilter(process.arch === "arm64" ? "arm64" : "x64"));
  return folder;
}

/**
 * Copies Node to a file that may be executed by all and read by none. The kernel keeps a process of such a file from
 * being looked into by others of its uid.
 */
async function sealNode(nodePath: string, target: string): Promise<void> {
  if (await exists(target)) return;
  const draft = `${target}.${randomUUID()}`;
  await copyFile(nodePath, draft, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await chmod(draft, 0o111);
  await rename(draft, target);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Creates a folder with exactly this mode, whatever the umask; an existing one is brought to it. */
export async function makeFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}

/** Writes a file whole or not at all, readable by every uid; does nothing when it already says this. */
async function writeOnce(path: string, content: string | Uint8Array): Promise<void> {
  const wanted = Buffer.from(content);
  const present = await readFile(path).catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
  if (present?.equals(wanted) === true) return;
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, wanted, { flag: "wx" });
  await chmod(draft, 0o644);
  await rename(draft, path);
}

function refuseAwkwardPath(root: string): void {
  if (root.startsWith("/") && !/[\\:,"\n]/.test(root)) return;
  throw new FaultError({
    kind: "invalid",
    message: "The state folder of the local sandbox cannot be used.",
    problems: [
      {
        at: "OMOIOS_HOME",
        message: `${JSON.stringify(root)} must be absolute and hold no colon, comma, quote, backslash or line break, because overlay mounts cannot name it`,
        fix: "Set OMOIOS_HOME to a plain path.",
      },
    ],
  });
}
