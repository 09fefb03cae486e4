import { writeFile } from "node:fs/promises";
import { openMemoryDatabase } from "./embedded/open-embedded-database.ts";
import { describeTables } from "./table-types.ts";

/** Writes `tables.generated.ts` from the migrated schema: `node generate-tables.ts`. */
await using database = await openMemoryDatabase();
await writeFile(new URL("./tables.generated.ts", import.meta.url), await describeTables(database.queries));
