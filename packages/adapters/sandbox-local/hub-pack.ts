import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FaultError } from "@omoios/domain/shared/fault";

const environment: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: "/nonexistent",
  LANG: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
};

interface HubCommit {
  readonly git: string;
  readonly hubPath: string;
  readonly commit: string;
  readonly signal: AbortSignal;
}

/**
 * Writes everything `commit` reaches, and nothing else, as a pack with its index into a repository that is still to be
 * made. Written here it is indexed on the way; whoever got the bytes alone would unpack and hash every object again.
 */
export async function writePack(hub: HubCommit, gitFolder: string): Promise<void> {
  const folder = join(gitFolder, "objects", "pack");
  await mkdir(folder, { recursive: true });
  await packObjects(hub, { args: [join(folder, "pack")], revisions: `${hub.commit}\n` }, async (output) => {
    for await (const _name of output); // The pack's name, which git finds again.
  });
}

/**
 * Streams what `commit` reaches and `known` does not as a pack. The jail gets these bytes instead of the hub, so it can see
 * no other branch.
 */
export async function feedPack(hub: HubCommit & { readonly known: string }, into: Writable): Promise<void> {
  const revisions = `${hub.commit}\n^${hub.known}\n`;
  await packObjects(hub, { args: ["--stdout", "--thin"], revisions }, async (output) => await pipeline(output, into));
}

async function packObjects(
  hub: HubCommit,
  ask: { readonly args: readonly string[]; readonly revisions: string },
  consume: (output: Readable) => Promise<void>,
): Promise<void> {
  const args = [
    ...["--git-dir", hub.hubPath, "-c", "core.hooksPath=/dev/null", "-c", "pack.threads=2"],
    ...["pack-objects", "--revs", "-q", "--delta-base-offset", ...ask.args],
  ];
  const child = spawn(hub.git, args, { env: environment, stdio: ["pipe", "pipe", "pipe"], signal: hub.signal });
  let errors = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.on("error", () => child.stdin.destroy()); // It ended early; its exit code says why.
  child.stdin.end(ask.revisions);
  const [exitCode, consumed] = await Promise.all([
    ended,
    consume(child.stdout).then(
      () => null,
      (error: unknown) => error,
    ),
  ]);
  if (exitCode !== 0 && errors !== "") {
    const message = `The commit ${hub.commit} could not be taken out of the hub ${hub.hubPath}: ${errors.trim()}`;
    throw new FaultError({ kind: "unavailable", message, retryable: false }, { cause: consumed });
  }
  if (consumed !== null) throw new Error("the jail stopped reading the pack", { cause: consumed });
  if (exitCode !== 0) throw new Error(`git pack-objects ended without a word (exit ${String(exitCode)})`);
}
