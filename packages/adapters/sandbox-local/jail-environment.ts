import { baseEnvironment, jailPaths } from "./launch.ts";

/** What set-up left in a base for everything that runs over it; paths are relative to the workspace. */
export interface SetupEnvironment {
  readonly folders: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

/** The environment of programs over a base: what every jail has, the machine's tool chains, and what set-up left. */
export function jailEnvironment(path: string, { folders, paths }: SetupEnvironment): Readonly<Record<string, string>> {
  const within = (name: string): string => `${jailPaths.workspace}/${name}`;
  return {
    ...baseEnvironment,
    PATH: [...paths.map(within), path].join(":"),
    ...Object.fromEntries(Object.entries(folders).map(([name, folder]) => [name, within(folder)])),
  };
}
