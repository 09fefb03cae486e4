import type { Transaction } from "@omoios/engine/ports/database";
import type { ModelCallRecord, ModelCallRecords } from "@omoios/engine/ports/run-records";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.generated.ts";
import { queriesOf } from "../transaction.ts";

export class PostgresModelCallRecords implements ModelCallRecords {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async add(tx: Transaction, call: ModelCallRecord): Promise<void> {
    await queriesOf(tx).insertInto("modelCall").values(call).execute();
  }

  async ofSpec(specId: string): Promise<readonly ModelCallRecord[]> {
    const query = this.#queries.selectFrom("modelCall").selectAll().where("specId", "=", specId);
    return query.orderBy("startedAt").orderBy("id").execute();
  }
}
