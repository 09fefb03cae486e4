/** One session with the database, as the driver below Kysely gives it. */
export interface SqlConnection {
  /**
   * Runs a statement with its parameters. Without parameters the text may hold several statements; the rows of all are
   * returned together.
   */
  run(text: string, parameters: readonly unknown[]): Promise<SqlResult>;
}

export interface SqlResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly affectedRows: number;
}

/** Hands out sessions one caller at a time. Who acquires one releases it. */
export interface SqlConnections {
  acquire(): Promise<HeldConnection>;
}

export interface HeldConnection extends SqlConnection {
  release(): void;
}

/** An error PostgreSQL reported. `code` is its SQLSTATE. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: string | null;
  readonly constraint: string | null;

  constructor(
    message: string,
    report: { readonly code: string | null; readonly constraint: string | null },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = report.code;
    this.constraint = report.constraint;
  }
}
