import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { configView } from "../config/config-view.ts";
import { processVariables, readEnvironment } from "../config/environment.ts";
import { loadConfig, mergeRepositoryConfig, repositoryConfigName } from "../config/load-config.ts";
import { readSecrets } from "../config/secrets.ts";
import { runAdminProgram } from "./run-admin-program.ts";

await runAdminProgram(async () => {
  const { values } = parseArgs({ options: { repo: { type: "string" } } });
  const environment = readEnvironment(processVariables());
  const loaded = await loadConfig(environment);
  const path = values.repo === undefined ? null : join(values.repo, repositoryConfigName);
  const text = path === null ? null : await readIfPresent(path);
  const effective = path === null || text === null ? loaded : mergeRepositoryConfig(loaded, text, path);
  return configView(effective, readSecrets(environment));
});

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
