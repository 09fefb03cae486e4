import { chmod, rename, writeFile } from "node:fs/promises";
import { baseEnvironment, launchDescriptors, type JailLaunch } from "./launch.ts";
import { shellQuote } from "./shell-quote.ts";

/** What runs in the jail: `--strict` takes exactly this folder for the repository, whatever the tree pretends. */
export const uploadPackArgv: readonly string[] = [
  "/usr/bin/git",
  "upload-pack",
  "--strict",
  "--timeout=60",
  "/workspace/.git",
];

/**
 * Writes the program that `git fetch --upload-pack` starts. It ignores the path git hands it and drops git's environment
 * but for the protocol version.
 */
export async function writeUploadPack(path: string, launch: JailLaunch): Promise<string> {
  const environment = Object.entries(baseEnvironment).map(([name, value]) => shellQuote(`${name}=${value}`));
  const text = [
    "#!/bin/sh",
    `exec /usr/bin/env -i ${environment.join(" ")} "GIT_PROTOCOL=\${GIT_PROTOCOL-}" ${launch.commandLine.map(shellQuote).join(" ")} ${launchDescriptors.seccompFilter}<${shellQuote(launch.seccompFilter)}`,
    "",
  ].join("\n");
  await writeFile(`${path}.draft`, text);
  await chmod(`${path}.draft`, 0o755);
  await rename(`${path}.draft`, path);
  return shellQuote(path);
}
