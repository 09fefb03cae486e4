import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { FaultError } from "@omoios/domain/shared/fault";

import type { GitProgram } from "./git-program.ts";

/**
 * The hub's whole config, written by us on every opening so that a hub made by an older OmoiOS gets today's settings.
 * Objects and refs are synced to disk before git reports success: a landing that was announced survives a power cut.
 * Renames are settled here because a merge must give the same tree on every machine, whatever git's defaults are.
 */
const hubConfig = `# Written by OmoiOS on every start.
[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	hooksPath = /dev/null
	logAllRefUpdates = always
	fsync = committed,reference
	fsyncMethod = fsync
	filesRefLockTimeout = 2000
	packedRefsTimeout = 2000
[merge]
	renames = true
	directoryRenames = conflict
	renameLimit = 7000
[diff]
	renames = true
	renameLimit = 7000
[transfer]
	fsckObjects = true
	unpackLimit = 1
[receive]
	autogc = false
[gc]
	auto = 0
[maintenance]
	auto = false
[omoios]
	hub = 1
`;

/** Folder inside the hub in which fetches are received; see `receive-branch.ts`. */
export const incomingFolder = "incoming";

/** A fetch is killed long before this, so what is older belongs to a dead process. */
const abandonedAfterMs = 3_600_000;

/** Creates the hub when it is not there, in one rename, and returns its path with symbolic links resolved. */
export async function prepareHubFolder(git: GitProgram, path: string): Promise<string> {
  const wanted = resolve(path);
  await mkdir(dirname(wanted), { recursive: true });
  if (await isEmptyOrAbsent(wanted)) await createHub(git, wanted);
  const real = await realpath(wanted);
  await updateConfig(real);
  await removeAbandoned(join(real, incomingFolder));
  return real;
}

async function isEmptyOrAbsent(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    throw unusable(path, error);
  }
}

async function createHub(git: GitProgram, path: string): Promise<void> {
  const fresh = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await git.run({ args: ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", fresh] });
    await mkdir(join(fresh, incomingFolder));
    await writeFile(join(fresh, "config"), hubConfig);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was faster; its hub is as good as ours.
    if (error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST")) return;
    throw error;
  }
}

async function updateConfig(path: string): Promise<void> {
  const file = join(path, "config");
  const current = await readFile(file, "utf8").catch((error: unknown) => {
    throw unusable(path, error);
  });
  if (current === hubConfig) return;
  if (!/^\thub = 1$/mu.test(current)) throw unusable(path, undefined);
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, hubConfig);
  await rename(fresh, file);
}

async function removeAbandoned(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const before = Date.now() - abandonedAfterMs;
  for (const name of await readdir(folder)) {
    const entry = join(folder, name);
    const { mtimeMs } = await stat(entry);
    if (mtimeMs < before) await rm(entry, { recursive: true, force: true });
  }
}

function unusable(path: string, cause: unknown): FaultError {
  const fix = "move it away, or choose another OMOIOS_HOME";
  return new FaultError(
    { kind: "unavailable", message: `${path} exists and is not a repository that OmoiOS made`, fix, retryable: false },
    { cause },
  );
}
