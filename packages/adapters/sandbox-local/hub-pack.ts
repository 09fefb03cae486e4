import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
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

/**
 * Streams everything `commit` reaches out of the hub, and nothing else, as a pack; with `known`, only what that commit
 * does not reach. The jail gets these bytes instead of the hub, so it can see no other branch.
 */
export async function feedPack(
  hub: {
    readonly git: string;
    readonly hubPath: string;
    readonly commit: string;
    readonly known: string | null;
    readonly signal: AbortSignal;
  },
  into: Writable,
): Promise<void> {
  const args = [
    "--git-dir",
    hub.hubPath,
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "pack.threads=2",
    "pack-objects",
    "--revs",
    "--stdout",
    "-q",
    "--delta-base-offset",
  ];
  const child = spawn(hub.git, [...args, ...(hub.known === null ? [] : ["--thin"])], {
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    signal: hub.signal,
  });
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
  child.stdin.end(`${hub.commit}\n${hub.known === null ? "" : `^${hub.known}\n`}`);
  const [exitCode, piped] = await Promise.all([
    ended,
    pipeline(child.stdout, into).then(
      () => null,
      (error: unknown) => error,
    ),
  ]);
  if (exitCode !== 0 && errors !== "") {
    const message = `The commit ${hub.commit} could not be taken out of the hub ${hub.hubPath}: ${errors.trim()}`;
    throw new FaultError({ kind: "unavailable", message, retryable: false }, { cause: piped });
  }
  if (piped !== null) throw new Error("the jail stopped reading the pack", { cause: piped });
}
