import { type SandboxMove, sandboxMoves } from "@omoios/domain/sandbox/state";
import type { Transaction } from "@omoios/engine/ports/database";
import type { SandboxRecord, SandboxRecords } from "@omoios/engine/ports/run-records";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, stateAfter, written } from "./guarded-write.ts";

export class PostgresSandboxRecords implements SandboxRecords {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async ensure(tx: Transaction, record: SandboxRecord): Promise<SandboxRecord> {
    const query = queriesOf(tx).insertInto("sandbox").values(record);
    await query.onConflict((conflict) => conflict.column("id").doNothing()).execute();
    return found((await this.find(record.id, tx)) ?? undefined, "sandbox", record.id);
  }

  async find(id: string, tx?: Transaction): Promise<SandboxRecord | null> {
    const query = queriesFor(this.#queries, tx).selectFrom("sandbox").selectAll().where("id", "=", id);
    return (await query.executeTakeFirst()) ?? null;
  }

  async notDestroyed(): Promise<readonly SandboxRecord[]> {
    const query = this.#queries.selectFrom("sandbox").selectAll().where("state", "<>", "destroyed");
    return query.orderBy("createdAt").orderBy("id").execute();
  }

  async move(
    tx: Transaction,
    seen: SandboxRecord,
    change: { readonly move: SandboxMove; readonly at: Date },
  ): Promise<SandboxRecord> {
    const state = stateAfter(sandboxMoves, { what: `sandbox ${seen.id}`, state: seen.state }, change.move);
    const row = await queriesOf(tx)
      .updateTable("sandbox")
      .set({ state, version: seen.version + 1, destroyedAt: state === "destroyed" ? change.at : null })
      .where("id", "=", seen.id)
      .where("version", "=", seen.version)
      .returningAll()
      .executeTakeFirst();
    return written(row, "sandbox", seen.id);
  }
}
