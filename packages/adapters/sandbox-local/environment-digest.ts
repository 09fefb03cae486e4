import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Tools } from "./tools.ts";

const execute = promisify(execFile);

/** Versions of what every jail runs on. */
export interface ToolVersions {
  readonly node: string;
  readonly git: string;
  readonly bwrap: string;
}

export async function readToolVersions(nodePath: string, tools: Tools): Promise<ToolVersions> {
  const ask = async (path: string): Promise<string> => (await execute(path, ["--version"], { env: {} })).stdout.trim();
  const [node, git, bwrap] = await Promise.all([ask(nodePath), ask(tools.git), ask(tools.bwrap)]);
  return { node, git, bwrap };
}

/** One digest for everything a program in the jail could tell apart; the same on every machine with the same parts. */
export function digestEnvironment(parts: {
  readonly providerId: string;
  readonly layering: string;
  readonly versions: ToolVersions;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly string[];
}): string {
  const env = Object.entries(parts.env).sort(([one], [other]) => (one < other ? -1 : 1));
  const { node, git, bwrap } = parts.versions;
  return createHash("sha256")
    .update(
      JSON.stringify([
        "environment-1",
        parts.providerId,
        parts.layering,
        node,
        git,
        bwrap,
        env,
        [...parts.mounts].sort(),
      ]),
    )
    .digest("hex");
}
