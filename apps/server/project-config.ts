import type { ProjectConfig } from "@omoios/engine/ports/project-config";
import { mergeRepositoryConfig, repositoryConfigName, type LoadedConfig } from "./config/load-config.ts";

const maxConfigBytes = 256_000;

/** Lays a repository's own file, as it is at the commit, over the configuration of this installation. */
export function projectConfigOver(loaded: LoadedConfig): ProjectConfig {
  return async (hub, commit) => {
    const text = await hub.readFile(commit, repositoryConfigName, maxConfigBytes);
    if (text === null) return loaded.config;
    return mergeRepositoryConfig(loaded, text, `${repositoryConfigName} at ${commit.slice(0, 8)}`).config;
  };
}
