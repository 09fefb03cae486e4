import type { Discovery } from "@omoios/domain/discovery/discovery";
import { type DiscoveryMove, discoveryMoves, type DiscoveryState } from "@omoios/domain/discovery/state";
import { label } from "@omoios/domain/shared/label";
import type { Transaction } from "@omoios/engine/ports/database";
import type { DiscoveryPatch, DiscoveryStore } from "@omoios/engine/ports/discovery-store";
import type { Kysely, Selectable, Updateable } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { DiscoveryTable, Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, rowId, stateAfter, written } from "./guarded-write.ts";

const filesSchema = z.array(z.string());

function toDiscovery({ checkCommand, ...row }: Selectable<DiscoveryTable>): Discovery {
  return { ...row, check: checkCommand, files: filesSchema.parse(row.files) };
}

function toColumns({ check, ...columns }: DiscoveryPatch): Updateable<DiscoveryTable> {
  return check === undefined ? columns : { ...columns, checkCommand: check };
}

export class PostgresDiscoveryStore implements DiscoveryStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async get(id: string, tx?: Transaction): Promise<Discovery> {
    const query = queriesFor(this.#queries, tx).selectFrom("discovery").selectAll();
    const row = await query.where("id", "=", rowId("discovery", id)).executeTakeFirst();
    return toDiscovery(found(row, "discovery", id));
  }

  async byNumber(projectId: string, number: number): Promise<Discovery | null> {
    const query = this.#queries.selectFrom("discovery").selectAll().where("projectId", "=", projectId);
    const row = await query.where("number", "=", number).executeTakeFirst();
    return row === undefined ? null : toDiscovery(row);
  }

  async ofSpec(specId: string, tx?: Transaction): Promise<readonly Discovery[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("discovery").selectAll().where("specId", "=", specId);
    return (await query.orderBy("number").execute()).map(toDiscovery);
  }

  async inState(state: DiscoveryState): Promise<readonly Discovery[]> {
    const query = this.#queries
      .selectFrom("discovery")
      .selectAll()
      .where("state", "=", state)
      .where("projectId", "in", (all) => all.selectFrom("project").select("id").where("removedAt", "is", null));
    return (await query.orderBy("reportedAt").orderBy("id").execute()).map(toDiscovery);
  }

  async add(tx: Transaction, discovery: Discovery): Promise<void> {
    const { check: checkCommand, files, ...row } = discovery;
    await queriesOf(tx)
      .insertInto("discovery")
      .values({ ...row, checkCommand, files: json(files) })
      .execute();
  }

  async move(
    tx: Transaction,
    seen: Discovery,
    change: { readonly move: DiscoveryMove; readonly patch?: DiscoveryPatch },
  ): Promise<Discovery> {
    const state = stateAfter(discoveryMoves, { what: label("DSC", seen.number), state: seen.state }, change.move);
    return this.#write(tx, seen, { ...toColumns(change.patch ?? {}), state });
  }

  async patch(tx: Transaction, seen: Discovery, patch: DiscoveryPatch): Promise<Discovery> {
    return this.#write(tx, seen, toColumns(patch));
  }

  async #write(tx: Transaction, seen: Discovery, change: Updateable<DiscoveryTable>): Promise<Discovery> {
    const row = await queriesOf(tx)
      .updateTable("discovery")
      .set({ ...change, version: seen.version + 1 })
      .where("id", "=", seen.id)
      .where("version", "=", seen.version)
      .returningAll()
      .executeTakeFirst();
    return toDiscovery(written(row, "discovery", seen.id));
  }
}
