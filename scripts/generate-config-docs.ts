import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { configJsonSchema, configurationPage } from "../apps/server/config/describe-config.ts";
import { repositoryRoot } from "./command.ts";

const command = "npx node scripts/generate-config-docs.ts";

/** The files that tell people and editors what can be configured, made from the schema that checks it. */
export const configDocs = [
  {
    path: "docs/config.schema.json",
    command,
    render: async () => formatted("json", JSON.stringify(configJsonSchema())),
  },
  { path: "docs/configuration.md", command, render: async () => formatted("markdown", configurationPage()) },
] as const;

async function formatted(parser: "json" | "markdown", text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(join(repositoryRoot, "package.json"))), parser });
}

if (import.meta.main) {
  for (const { path, render } of configDocs) await writeFile(join(repositoryRoot, path), await render());
}
