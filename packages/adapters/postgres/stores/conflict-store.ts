import type { Conflict } from "@omoios/domain/landing/conflict";
import { conflictMoves, type ConflictMove, type ConflictState } from "@omoios/domain/landing/conflict-state";
import { finalStates } from "@omoios/domain/shared/moves";
import type { ConflictPatch, ConflictQuery, ConflictStore } from "@omoios/engine/ports/conflict-store";
import type { Transaction } from "@omoios/engine/ports/database";
import type { Kysely, Selectable, Updateable } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { ConflictTable, Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { stateAfter, written } from "./guarded-write.ts";

const itemsSchema = z.array(
  z.object({ paths: z.array(z.string()), type: z.string(), message: z.string(), hunks: z.int() }),
);
const settled: readonly ConflictState[] = finalStates<ConflictState, ConflictMove>(conflictMoves);

function toConflict(row: Selectable<ConflictTable>): Conflict {
  return { ...row, items: itemsSchema.parse(row.items) };
}

function toColumns({ items, ...columns }: ConflictPatch): Updateable<ConflictTable> {
  return items === undefined ? columns : { ...columns, items: json(items) };
}

export class PostgresConflictStore implements ConflictStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async list({ specId, states }: ConflictQuery): Promise<readonly Conflict[]> {
    let query = this.#queries.selectFrom("conflict").selectAll();
    if (specId !== undefined) query = query.where("specId", "=", specId);
    if (states !== undefined) query = query.where("state", "in", states);
    return (await query.orderBy("foundAt").orderBy("id").execute()).map(toConflict);
  }

  async ofTask(taskId: string): Promise<readonly Conflict[]> {
    const query = this.#queries.selectFrom("conflict").selectAll().where("taskId", "=", taskId);
    return (await query.orderBy("foundAt").orderBy("id").execute()).map(toConflict);
  }

  async unsettled(taskId: string, tx?: Transaction): Promise<Conflict | null> {
    const query = queriesFor(this.#queries, tx).selectFrom("conflict").selectAll().where("taskId", "=", taskId);
    const row = await query.where("state", "not in", settled).executeTakeFirst();
    return row === undefined ? null : toConflict(row);
  }

  async create(tx: Transaction, conflict: Conflict): Promise<void> {
    const row = await queriesOf(tx)
      .insertInto("conflict")
      .values({ ...conflict, items: json(conflict.items) })
      .onConflict((clash) => clash.doNothing())
      .returning("id")
      .executeTakeFirst();
    written(row, "conflict", conflict.id);
  }

  async move(
    tx: Transaction,
    seen: Conflict,
    change: { readonly move: ConflictMove; readonly patch?: ConflictPatch; readonly at: Date },
  ): Promise<Conflict> {
    const state = stateAfter(conflictMoves, { what: "conflict", state: seen.state }, change.move);
    return this.#write(tx, seen, { ...toColumns(change.patch ?? {}), state, movedAt: change.at });
  }

  async patch(tx: Transaction, seen: Conflict, patch: ConflictPatch): Promise<Conflict> {
    return this.#write(tx, seen, toColumns(patch));
  }

  async #write(tx: Transaction, seen: Conflict, change: Updateable<ConflictTable>): Promise<Conflict> {
    const row = await queriesOf(tx)
      .updateTable("conflict")
      .set({ ...change, version: seen.version + 1 })
      .where("id", "=", seen.id)
      .where("version", "=", seen.version)
      .returningAll()
      .executeTakeFirst();
    return toConflict(written(row, "conflict", seen.id));
  }
}
