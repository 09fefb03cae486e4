import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { type Kysely, sql } from "kysely";
import { z } from "zod";
import type { Tables } from "./tables.generated.ts";

/** One numbered SQL file. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

const folder = new URL("./migrations/", import.meta.url);
const appliedSchema = z.array(z.object({ number: z.int(), name: z.string(), digest: z.string() }));

/** Held while migrating, so that processes that start together take turns. Any number nobody else uses. */
const migrationLock = 7_603_411;

/** The migrations this version of the program knows, in order. */
export async function readMigrations(directory: URL = folder): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(name.slice(0, 4));
      if (!/^\d{4}_[a-z0-9_]+\.sql$/u.test(name) || number !== index + 1) {
        throw new TypeError(`Migration ${name} should be number ${index + 1}, named like 0001_first.sql`);
      }
      return { number, name, text: await readFile(new URL(name, directory), "utf8") };
    }),
  );
}

/**
 * Brings the database forward to these migrations in one transaction and returns the names of those that ran. Refuses a
 * database that was made by a newer version, or from a file that was edited after it had been applied.
 */
export async function migrate(
  database: Kysely<Tables>,
  migrations: readonly Migration[],
  now: Date,
): Promise<readonly string[]> {
  return database.transaction().execute(async (transaction) => {
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(transaction);
    await sql`CREATE TABLE IF NOT EXISTS schema_migration (
      number int PRIMARY KEY, name text NOT NULL, digest text NOT NULL, applied_at timestamptz NOT NULL
    )`.execute(transaction);
    const { rows } = await sql`SELECT number, name, digest FROM schema_migration ORDER BY number`.execute(transaction);
    const applied = appliedSchema.parse(rows);
    refuseMismatch(applied, migrations);
    const missing = migrations.slice(applied.length);
    for (const migration of missing) {
      await sql.raw(migration.text).execute(transaction);
      await sql`INSERT INTO schema_migration VALUES
        (${migration.number}, ${migration.name}, ${digestOf(migration)}, ${now.toISOString()}::timestamptz)`.execute(
        transaction,
      );
    }
    return missing.map((migration) => migration.name);
  });
}

function refuseMismatch(applied: z.infer<typeof appliedSchema>, known: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest !== undefined && applied.length > known.length) {
    throw new FaultError({
      kind: "unavailable",
      message: `The database was made by a newer OmoiOS (its schema is at ${newest.name}, this version knows ${known.length} migrations)`,
      fix: "Update OmoiOS, or restore a backup made by this version",
      retryable: false,
    });
  }
  const problems: Problem[] = applied.flatMap((row, index) => {
    const file = known[index];
    if (file !== undefined && file.name === row.name && digestOf(file) === row.digest) return [];
    return [
      {
        at: `migrations/${row.name}`,
        message: "is not the file that was applied to this database",
        fix: "Put the released file back and make the change in a new migration; for a development database, move its directory away",
      },
    ];
  });
  if (problems.length > 0)
    throw new FaultError({ kind: "invalid", message: "A released migration was edited", problems });
}

function digestOf(migration: Migration): string {
  return createHash("sha256").update(migration.text).digest("hex");
}
