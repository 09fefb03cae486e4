import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { isAbsent, readIfThere } from "./absent-file.ts";
import type { BoundProgram } from "./bound-program.ts";

/** Where tool chains are looked for. */
export interface ToolchainSearch {
  /** The person's own home folder. */
  readonly home: string;
  /** Folders the configuration names, which come first on PATH; null: look for what people usually have. */
  readonly configured: readonly string[] | null;
}

/**
 * Tool chains that lie outside `/usr`, where no jail would see them. Each is bound read-only below `/opt/tools`. Our own
 * Node stays the first one unless the configuration names another.
 */
export async function findToolchains({ home, configured }: ToolchainSearch): Promise<readonly BoundProgram[]> {
  if (configured !== null) return await Promise.all(configured.map(async (path, index) => await named(path, index)));
  const found = await Promise.all([nodeOf(home), pythonOf(home), rustOf(home), goOf(home), uvOf(home)]);
  return found.filter((program) => program !== null);
}

async function named(hostPath: string, index: number): Promise<BoundProgram> {
  if (!hostPath.startsWith("/") || (await kindOf(hostPath)) !== "folder") {
    const fix = "Name the folder a tool chain was installed in, as an absolute path";
    const problems = [{ at: `setup.toolPaths ${hostPath}`, message: "is no folder on this machine", fix }];
    throw new FaultError({ kind: "invalid", message: "A tool chain for sandboxes is missing", problems });
  }
  const jailPath = `/opt/tools/${String(index + 1)}-${basename(hostPath).replaceAll(/[^\w.-]/g, "_")}`;
  const hasBin = (await kindOf(join(hostPath, "bin"))) === "folder";
  return { hostPath, jailPath, path: hasBin ? `${jailPath}/bin` : jailPath, leads: true };
}

/** nvm or volta, for npm, pnpm and yarn, where the system has no npm of its own. */
async function nodeOf(home: string): Promise<BoundProgram | null> {
  if ((await kindOf("/usr/bin/npm")) !== null || (await kindOf("/usr/local/bin/npm")) !== null) return null;
  const versions = [".nvm/versions/node", ".volta/tools/image/node"].map((path) => join(home, path));
  for (const folder of versions) {
    const hostPath = await newestIn(folder);
    if (hostPath !== null) return toolchain("node", hostPath);
  }
  return null;
}

/** The version pyenv is set to. */
async function pythonOf(home: string): Promise<BoundProgram | null> {
  const version = (await readIfThere(join(home, ".pyenv/version")))?.split("\n")[0]?.trim() ?? "";
  const hostPath = join(home, ".pyenv/versions", version);
  return /^\d[\w.-]*$/.test(version) && (await kindOf(hostPath)) === "folder" ? toolchain("python", hostPath) : null;
}

/** rustup's default. */
async function rustOf(home: string): Promise<BoundProgram | null> {
  const settings = (await readIfThere(join(home, ".rustup/settings.toml"))) ?? "";
  const name = /^default_toolchain = "([\w.-]+)"$/m.exec(settings)?.[1];
  if (name === undefined) return null;
  const hostPath = join(home, ".rustup/toolchains", name);
  return (await kindOf(hostPath)) === "folder" ? toolchain("rust", hostPath) : null;
}

async function goOf(home: string): Promise<BoundProgram | null> {
  const own = join(home, ".local/go");
  const hostPath = (await kindOf(own)) === "folder" ? own : await newestIn(join(home, "sdk"));
  return hostPath === null ? null : toolchain("go", hostPath);
}

async function uvOf(home: string): Promise<BoundProgram | null> {
  for (const folder of [".local/bin", ".cargo/bin"]) {
    const hostPath = join(home, folder, "uv");
    if ((await kindOf(hostPath)) === "file") return { hostPath, jailPath: "/opt/tools/uv/uv", path: "/opt/tools/uv" };
  }
  return null;
}

function toolchain(name: string, hostPath: string): BoundProgram {
  const jailPath = `/opt/tools/${name}`;
  return { hostPath, jailPath, path: `${jailPath}/bin` };
}

/** The folder of the highest version. */
async function newestIn(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const newest = names
    .filter((name) => /\d/.test(name))
    .toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
  return newest === undefined ? null : join(folder, newest);
}

async function kindOf(path: string): Promise<"file" | "folder" | null> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
