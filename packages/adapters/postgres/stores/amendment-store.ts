import type { Amendment } from "@omoios/domain/spec/amendment";
import type { AmendmentStore } from "@omoios/engine/ports/amendment-store";
import type { Transaction } from "@omoios/engine/ports/database";
import type { Kysely } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { written } from "./guarded-write.ts";

const idsSchema = z.array(z.string());

export class PostgresAmendmentStore implements AmendmentStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async add(tx: Transaction, amendment: Amendment): Promise<void> {
    const { criterionIds, createdTaskIds, ...row } = amendment;
    await queriesOf(tx)
      .insertInto("amendment")
      .values({ ...row, criterionIds: json(criterionIds), createdTaskIds: json(createdTaskIds) })
      .execute();
  }

  async ofSpec(specId: string, tx?: Transaction): Promise<readonly Amendment[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("amendment").selectAll().where("specId", "=", specId);
    const rows = await query.orderBy("openedAt").orderBy("id").execute();
    return rows.map((row) => ({
      ...row,
      criterionIds: idsSchema.parse(row.criterionIds),
      createdTaskIds: idsSchema.parse(row.createdTaskIds),
    }));
  }

  async apply(
    tx: Transaction,
    amendment: Amendment,
    applied: { readonly createdTaskIds: readonly string[]; readonly at: Date },
  ): Promise<void> {
    const row = await queriesOf(tx)
      .updateTable("amendment")
      .set({ createdTaskIds: json(applied.createdTaskIds), appliedAt: applied.at })
      .where("id", "=", amendment.id)
      .where("appliedAt", "is", null)
      .returning("id")
      .executeTakeFirst();
    written(row, "amendment", amendment.id);
  }
}
