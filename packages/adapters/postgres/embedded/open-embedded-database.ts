import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { PostgresDatabase } from "../postgres-database.ts";
import { lockDirectory } from "./directory-lock.ts";
import { PgliteConnections } from "./pglite-connections.ts";

export interface EmbeddedDatabaseOptions {
  /** Belongs to the database alone; created when missing. One process at a time may have it open. */
  readonly directory: string;
  readonly now?: Date;
}

/**
 * Opens the embedded database: takes the directory, starts PostgreSQL in its thread with every commit synced to disk,
 * and brings the schema forward. Disposing closes in reverse order and gives the directory up last.
 */
export async function openEmbeddedDatabase({
  directory,
  now = new Date(),
}: EmbeddedDatabaseOptions): Promise<PostgresDatabase> {
  await makeDirectory(directory);
  await using opening = new AsyncDisposableStack();
  opening.use(await lockDirectory(directory, now));
  return await openOver(join(directory, "cluster"), opening, now);
}

/** The same engine and schema with nothing on disk: for generated files and tests. */
export async function openMemoryDatabase(now = new Date()): Promise<PostgresDatabase> {
  await using opening = new AsyncDisposableStack();
  return await openOver(null, opening, now);
}

async function openOver(cluster: string | null, opening: AsyncDisposableStack, now: Date): Promise<PostgresDatabase> {
  const connections = await PgliteConnections.open(cluster);
  opening.defer(() => connections.close());
  const database = await PostgresDatabase.open(
    { connections, notifications: connections, close: () => owned.disposeAsync() },
    now,
  );
  const owned = opening.move();
  return database;
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FaultError(
      {
        kind: "unavailable",
        message: `The database directory ${directory} cannot be created: ${reason}`,
        fix: "Choose a home this user can write: set OMOIOS_HOME",
        retryable: false,
      },
      { cause },
    );
  }
}
