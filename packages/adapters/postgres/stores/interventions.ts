import type { Transaction } from "@omoios/engine/ports/database";
import type { Intervention, Interventions } from "@omoios/engine/ports/run-records";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.generated.ts";
import { queriesOf } from "../transaction.ts";

export class PostgresInterventions implements Interventions {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async add(tx: Transaction, intervention: Intervention): Promise<void> {
    await queriesOf(tx).insertInto("intervention").values(intervention).execute();
  }

  async ofAttempt(attemptId: string): Promise<readonly Intervention[]> {
    const query = this.#queries.selectFrom("intervention").selectAll().where("attemptId", "=", attemptId);
    return query.orderBy("createdAt").orderBy("id").execute();
  }

  async ofSpec(specId: string): Promise<readonly Intervention[]> {
    return this.#queries
      .selectFrom("intervention")
      .innerJoin("attempt", "attempt.id", "intervention.attemptId")
      .selectAll("intervention")
      .where("attempt.specId", "=", specId)
      .orderBy("intervention.createdAt")
      .orderBy("intervention.id")
      .execute();
  }
}
