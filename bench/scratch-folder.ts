import { execFile } from "node:child_process";
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A folder of a benchmark, removed by `await using`, whoever owns what is in it. */
export class ScratchFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async open(): Promise<ScratchFolder> {
    const path = await realpath(await mkdtemp(join(tmpdir(), "omoios-bench-")));
    // Jails started by root run as other users and have to pass through.
    await chmod(path, 0o711);
    return new ScratchFolder(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execute("chmod", ["-R", "u+rwX", this.path]);
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Bytes a folder takes on the disk. */
export async function diskBytes(path: string): Promise<number> {
  const { stdout } = await execute("du", ["-s", "-B1", path]);
  return Number.parseInt(stdout, 10);
}
