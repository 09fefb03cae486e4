import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { FaultError } from "@omoios/domain/shared/fault";
import { z } from "zod";

/** The process that has the database directory open. */
interface DirectoryHolder {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: a process id alone is reused. Null where /proc is missing. */
  readonly startTicks: string | null;
  readonly bootId: string | null;
  readonly since: string;
}

const holderSchema = z.object({
  pid: z.int(),
  startTicks: z.string().nullable(),
  bootId: z.string().nullable(),
  since: z.iso.datetime(),
});

const sqliteBusy = 5;

/**
 * Takes the directory for this process alone, or throws `unavailable` naming the process that has it. The kernel frees
 * the lock however the process ends, so there is nothing stale to clean up. PGlite has no lock of its own: two processes
 * in one directory destroy each other's rows without an error.
 *
 * Never open `lock.db` with `fs` in this process: closing that descriptor would drop the POSIX lock.
 */
export async function lockDirectory(directory: string, now: Date): Promise<Disposable> {
  const lock = await openLock(directory);
  const holder: DirectoryHolder = {
    pid: process.pid,
    startTicks: startTicks("self"),
    bootId: bootId(),
    since: now.toISOString(),
  };
  const path = join(directory, "holder.json");
  try {
    writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(holder)}\n`);
    renameSync(`${path}.${process.pid}`, path);
  } catch (error) {
    lock.close();
    throw unusable(directory, error);
  }
  return { [Symbol.dispose]: () => lock.close() };
}

async function openLock(directory: string): Promise<DatabaseSync> {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(join(directory, "lock.db"), { timeout: 0 });
    lock.exec("PRAGMA journal_mode = off; PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) throw unusable(directory, error);
    throw held(directory, await livingHolder(directory), error);
  }
}

/** Who holds the directory. The winner writes its name just after it has the lock, so a dead name is read again for a while. */
async function livingHolder(directory: string): Promise<DirectoryHolder | null> {
  for (let tries = 0; tries < 20; tries += 1) {
    const holder = readHolder(directory);
    if (holder !== null && isAlive(holder)) return holder;
    await wait(25);
  }
  return null;
}

/** The last process that took the directory, whether it still lives or not; null when nobody ever did. */
function readHolder(directory: string): DirectoryHolder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(directory, "holder.json"), "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function isAlive(holder: DirectoryHolder): boolean {
  if (holder.bootId !== bootId()) return false;
  return holder.startTicks === null || holder.startTicks === startTicks(String(holder.pid));
}

function startTicks(process: string): string | null {
  const stat = readKernelFile(`/proc/${process}/stat`);
  // The program's name, in parentheses, may contain anything; the start time is the 20th field after it.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function bootId(): string | null {
  return readKernelFile("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
}

function readKernelFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // The process is gone (ESRCH while reading), or the system has no /proc.
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH")) return null;
    throw error;
  }
}

function held(directory: string, holder: DirectoryHolder | null, cause: unknown): FaultError {
  const who =
    holder === null
      ? "another process, perhaps in another container,"
      : `process ${holder.pid} (since ${holder.since})`;
  return new FaultError(
    {
      kind: "unavailable",
      message: `The database in ${directory} is open in ${who}`.replace(/,$/u, ""),
      fix: "Stop it first: omoios stop",
      retryable: true,
    },
    { cause },
  );
}

function unusable(directory: string, cause: unknown): FaultError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FaultError(
    {
      kind: "unavailable",
      message: `The database directory ${directory} cannot be used: ${reason}`,
      fix: `Make ${directory} a directory this user can write, on a disk with free space`,
      retryable: false,
    },
    { cause },
  );
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
