import type { IdempotencyStore, KnownRequest } from "@omoios/engine/ports/idempotency-store";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.generated.ts";

const keptMs = 24 * 60 * 60 * 1_000;

export class PostgresIdempotencyStore implements IdempotencyStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async reserve(request: {
    readonly key: string;
    readonly digest: string;
    readonly at: Date;
  }): Promise<KnownRequest | null> {
    const { key, digest, at } = request;
    return this.#queries.transaction().execute(async (queries) => {
      await queries
        .deleteFrom("idempotencyKey")
        .where("createdAt", "<", new Date(at.getTime() - keptMs))
        .execute();
      const reserved = await queries
        .insertInto("idempotencyKey")
        .values({ key, digest, createdAt: at })
        .onConflict((conflict) => conflict.column("key").doNothing())
        .returning("key")
        .executeTakeFirst();
      if (reserved !== undefined) return null;
      return queries
        .selectFrom("idempotencyKey")
        .select(["digest", "answer", "createdAt as at", sql<boolean>`answer IS NOT NULL`.as("answered")])
        .where("key", "=", key)
        .executeTakeFirstOrThrow();
    });
  }

  async complete(key: string, answer: unknown): Promise<void> {
    // An answer of nothing is JSON null, which is not the SQL NULL of a request that has no answer yet.
    await this.#queries
      .updateTable("idempotencyKey")
      .set({ answer: JSON.stringify(answer ?? null) })
      .where("key", "=", key)
      .execute();
  }

  async release(key: string): Promise<void> {
    await this.#queries.deleteFrom("idempotencyKey").where("key", "=", key).where("answer", "is", null).execute();
  }
}
