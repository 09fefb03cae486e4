import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import type { HeldConnection, SqlConnections } from "./sql-connection.ts";
import { storableParameters } from "./sql-values.ts";

/** Kysely over whatever hands out sessions. Closing them is their owner's job. */
export function kyselyDialect(connections: SqlConnections): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new SessionDriver(connections),
    createIntrospector: (database: Kysely<unknown>): DatabaseIntrospector => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class SessionDriver implements Driver {
  readonly #connections: SqlConnections;

  constructor(connections: SqlConnections) {
    this.#connections = connections;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Session> {
    return new Session(await this.#connections.acquire());
  }

  async releaseConnection(connection: Session): Promise<void> {
    connection.held.release();
  }

  async beginTransaction(connection: Session, settings: TransactionSettings): Promise<void> {
    if (settings.isolationLevel !== undefined || settings.accessMode !== undefined) {
      throw new TypeError("Transactions here are read committed and read write; settings are not supported");
    }
    await connection.begin();
  }

  async commitTransaction(connection: Session): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: Session): Promise<void> {
    await connection.held.run("ROLLBACK", []);
  }

  async destroy(): Promise<void> {}
}

class Session implements DatabaseConnection {
  readonly held: HeldConnection;
  /** Why the open transaction can only be rolled back: PostgreSQL answers COMMIT after an error with a silent rollback. */
  #broken: { readonly cause: unknown } | null = null;

  constructor(held: HeldConnection) {
    this.held = held;
  }

  async begin(): Promise<void> {
    this.#broken = null;
    await this.held.run("BEGIN", []);
  }

  async commit(): Promise<void> {
    if (this.#broken !== null) {
      throw new Error(
        "A statement of this transaction failed and its error was caught, so nothing of it can be committed",
        this.#broken,
      );
    }
    await this.held.run("COMMIT", []);
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      const result = await this.held.run(query.sql, storableParameters(query.parameters));
      return { rows: [...result.rows] as Row[], numAffectedRows: BigInt(result.affectedRows) };
    } catch (error) {
      this.#broken = { cause: error };
      throw error;
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError("Streaming is not supported: page by position instead");
  }
}
