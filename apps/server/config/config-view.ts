import type { ConfigView } from "@omoios/contract/http-system";
import { settingsWithSources, type LoadedConfig } from "./load-config.ts";
import type { Secrets } from "./secrets.ts";

/** The configuration as people may see it: every value with its source, every secret by name only. */
export function configView(loaded: LoadedConfig, secrets: Secrets): ConfigView {
  return {
    values: settingsWithSources(loaded).map(({ path, value, source }) => ({
      path,
      value: JSON.parse(secrets.redact(JSON.stringify(value))) as unknown,
      source,
    })),
    files: loaded.files.map((file) => ({ ...file })),
    secrets: secrets.names().map((secret) => ({ ...secret })),
  };
}
