import type { Config } from "@omoios/contract/config";
import type { ProjectConfig } from "@omoios/engine/ports/project-config";
import type { Hub } from "@omoios/engine/ports/repository";
import { mergeRepositoryConfig, repositoryConfigName, type LoadedConfig } from "./config/load-config.ts";

const maxConfigBytes = 256_000;
const maxKnown = 200;

/** Lays a repository's own file, as it is at the commit, over the configuration of this installation. */
export function projectConfigOver(loaded: LoadedConfig): ProjectConfig {
  // A commit never changes, and every attempt asks for the one its spec builds on.
  const known = new Map<string, Config>();
  return async (hub, commit) => {
    const key = `${hub.path}\0${commit}`;
    const config = known.get(key) ?? (await read(loaded, { hub, commit }));
    if (known.size >= maxKnown) known.clear();
    known.set(key, config);
    return config;
  };
}

async function read(loaded: LoadedConfig, from: { readonly hub: Hub; readonly commit: string }): Promise<Config> {
  const text = await from.hub.readFile(from.commit, repositoryConfigName, maxConfigBytes);
  if (text === null) return loaded.config;
  return mergeRepositoryConfig(loaded, text, `${repositoryConfigName} at ${from.commit.slice(0, 8)}`).config;
}
