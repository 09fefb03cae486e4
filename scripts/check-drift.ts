import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openMemoryDatabase } from "../packages/adapters/postgres/embedded/open-embedded-database.ts";
import { describeTables } from "../packages/adapters/postgres/table-types.ts";
import { repositoryRoot } from "./command.ts";
import { cliDocs } from "./generate-cli-docs.ts";
import { configDocs } from "./generate-config-docs.ts";
import { planPages } from "./generate-plan-pages.ts";

/** A committed file made by a program, what it should say now, and how to make it say so. */
interface GeneratedFile {
  readonly path: string;
  readonly command: string;
  readonly render: () => Promise<string>;
}

const generatedFiles: readonly GeneratedFile[] = [
  ...configDocs,
  cliDocs,
  ...planPages,
  {
    path: "packages/adapters/postgres/tables.generated.ts",
    command: "npx node packages/adapters/postgres/generate-tables.ts",
    render: async () => {
      await using database = await openMemoryDatabase();
      return await describeTables(database.queries);
    },
  },
];

for (const { path, command, render } of generatedFiles) {
  if ((await readFile(join(repositoryRoot, path), "utf8")) === (await render())) continue;
  console.error(`${path} is out of date\n    fix: ${command}`);
  process.exitCode = 1;
}
