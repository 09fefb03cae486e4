import { AsyncLocalStorage } from "node:async_hooks";
import type { Database, Transaction } from "@omoios/engine/ports/database";
import { CamelCasePlugin, CompiledQuery, Kysely } from "kysely";
import { kyselyDialect } from "./kysely-dialect.ts";
import { migrate, readMigrations } from "./migrations.ts";
import type { HeldConnection, SqlConnections } from "./sql-connection.ts";
import type { Tables } from "./tables.generated.ts";
import { queriesOf, sealTransaction } from "./transaction.ts";

/** Where PostgreSQL notifications come from; a driver with a network behind it also wakes after every reconnect. */
export interface Notifications {
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
}

/** SQL for a queue that keeps its own tables in the same database. */
export interface JobDatabase {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Readonly<Record<string, unknown>>[] }>;
  listen(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }>;
}

export interface PostgresParts {
  readonly connections: SqlConnections;
  readonly notifications: Notifications;
  /** Closes what the driver opened; called last. */
  readonly close: () => Promise<void>;
}

/** The channel `EventLog` appends are announced on. */
export const eventChannel = "omoios_event";

/** The one driver that stores and queue share, whichever PostgreSQL is behind it. */
export class PostgresDatabase implements Database, AsyncDisposable {
  readonly queries: Kysely<Tables>;
  readonly jobs: JobDatabase;
  readonly #parts: PostgresParts;
  readonly #eventListeners = new Set<() => void>();
  /** The transaction the current asynchronous call chain is inside of. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>();

  private constructor(parts: PostgresParts) {
    this.#parts = parts;
    const connections: SqlConnections = { acquire: () => this.#acquire() };
    this.queries = new Kysely<Tables>({
      dialect: kyselyDialect(connections),
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    });
    this.jobs = jobDatabase(connections, parts.notifications);
  }

  /** Brings the schema forward and starts to listen. When this throws, closing what `parts` hold is the caller's. */
  static async open(parts: PostgresParts, now: Date): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(parts);
    await migrate(database.queries, await readMigrations(), now);
    await parts.notifications.listen(eventChannel, () => {
      for (const wake of database.#eventListeners) wake();
    });
    return database;
  }

  async transaction<Value>(body: (tx: Transaction) => Promise<Value>): Promise<Value> {
    return this.queries.transaction().execute(async (queries) => {
      const here = { open: true };
      try {
        return await this.#inside.run(here, () => body(sealTransaction(queries)));
      } finally {
        here.open = false;
      }
    });
  }

  /** Calls `wake` after commits that appended events. */
  onEvents(wake: () => void): Disposable {
    // A wrapper, so that the same function may subscribe twice.
    const listener = (): void => wake();
    this.#eventListeners.add(listener);
    return { [Symbol.dispose]: () => void this.#eventListeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.queries.destroy();
    await this.#parts.close();
  }

  #acquire(): Promise<HeldConnection> {
    if (this.#inside.getStore()?.open === true) {
      // On the embedded database, which has one session, this would wait for itself for ever.
      return Promise.reject(new TypeError("A query inside a transaction was not given the transaction: pass it on"));
    }
    return this.#parts.connections.acquire();
  }
}

/** SQL for the queue inside a transaction of ours. */
export function jobDatabaseIn(tx: Transaction): Pick<JobDatabase, "executeSql"> {
  // Without plugins: the queue reads the columns it named.
  const queries = queriesOf(tx).withoutPlugins();
  return {
    executeSql: async (text, values = []) => {
      const { rows } = await queries.executeQuery<Readonly<Record<string, unknown>>>(CompiledQuery.raw(text, values));
      return { rows };
    },
  };
}

function jobDatabase(connections: SqlConnections, notifications: Notifications): JobDatabase {
  return {
    executeSql: async (text, values = []) => {
      const connection = await connections.acquire();
      try {
        const { rows } = await connection.run(text, values);
        return { rows: [...rows] };
      } catch (error) {
        // The text may have begun a transaction before it failed; the next caller must not find it open.
        await connection.run("ROLLBACK", []);
        throw error;
      } finally {
        connection.release();
      }
    },
    listen: async (channel, onNotification, onReconnect) => {
      const close = await notifications.listen(channel, onNotification);
      onReconnect();
      return { close };
    },
  };
}
