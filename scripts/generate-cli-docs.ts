import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { referencePage } from "../apps/cli/reference-page.ts";
import { repositoryRoot } from "./command.ts";

/** The page of every command, made from the program that parses them. */
export const cliDocs = {
  path: "docs/cli.md",
  command: "npx node scripts/generate-cli-docs.ts",
  render: async () =>
    format(referencePage(), { ...(await resolveConfig(join(repositoryRoot, "package.json"))), parser: "markdown" }),
} as const;

if (import.meta.main) await writeFile(join(repositoryRoot, cliDocs.path), await cliDocs.render());
