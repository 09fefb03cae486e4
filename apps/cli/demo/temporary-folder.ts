import { execFile, spawnSync } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServerProcess } from "../server-process/start-server.ts";

const execute = promisify(execFile);

/** A folder that is gone, with the server in it, however this process ends (unless it is killed without a word). */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** Ends this server too when the process is made to leave at once. */
  holds(server: ServerProcess): void;
}

export async function openTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  let server: ServerProcess | null = null;
  const leaveAtOnce = (): void => {
    if (server !== null) endGroup(server.pid);
    spawnSync("/bin/sh", removal(path), { stdio: "ignore" });
  };
  process.once("exit", leaveAtOnce);
  return {
    path,
    holds: (started) => {
      server = started;
      void started.ended.then(() => (server = null));
    },
    [Symbol.asyncDispose]: async () => {
      await execute("/bin/sh", removal(path));
      process.off("exit", leaveAtOnce);
    },
  };
}

/** A sandbox leaves folders nobody may list, its overlay's work folder for one: an ordinary user has to allow it first. */
function removal(path: string): string[] {
  return ["-c", 'rm -rf -- "$1" 2>/dev/null || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }', "sh", path];
}

/** A server leads a process group of its own. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
