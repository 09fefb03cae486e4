import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openMemoryDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import { describeTables } from "@omoios/adapters/postgres/table-types";
import { repositoryRoot } from "./command.ts";

/** A committed file that is made from something else, and how to make it again. */
interface GeneratedFile {
  readonly path: string;
  readonly generate: () => Promise<string>;
  readonly remake: string;
}

const generatedFiles: readonly GeneratedFile[] = [
  {
    path: "packages/adapters/postgres/tables.ts",
    generate: async () => {
      await using database = await openMemoryDatabase();
      return await describeTables(database.queries);
    },
    remake: "node packages/adapters/postgres/generate-tables.ts",
  },
];

for (const { path, generate, remake } of generatedFiles) {
  const [committed, current] = await Promise.all([readFile(join(repositoryRoot, path), "utf8"), generate()]);
  if (committed === current) continue;
  console.error(`${path} is out of date: ${remake}`);
  process.exitCode = 1;
}
