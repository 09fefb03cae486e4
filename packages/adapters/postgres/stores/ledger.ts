import type { Transaction } from "@omoios/engine/ports/database";
import type { Ledger, LedgerEntry, LedgerKey, LedgerRow } from "@omoios/engine/ports/ledger";
import { type Kysely, sql } from "kysely";
import { json } from "../sql-values.ts";
import type { StepTable, Tables } from "../tables.generated.ts";
import { queriesOf } from "../transaction.ts";
import { written } from "./guarded-write.ts";

type StepState = StepTable["state"];
const intent: StepState = "intent";
const done: StepState = "done";

export class PostgresLedger implements Ledger {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async begin(tx: Transaction, step: LedgerKey & { readonly epoch: number; readonly at: Date }): Promise<LedgerEntry> {
    const { attemptId, name, epoch, at } = step;
    const row = await queriesOf(tx)
      .insertInto("step")
      .values({ attemptId, name, epoch, startedAt: at, state: intent })
      .onConflict((conflict) =>
        // A done step keeps the epoch that did it; one that is not is taken over by whoever holds the attempt now.
        conflict.columns(["attemptId", "name"]).doUpdateSet({
          epoch: sql<number>`CASE WHEN step.state = ${done} THEN step.epoch ELSE excluded.epoch END`,
        }),
      )
      .returning(["state", "output", "startedAt"])
      .executeTakeFirstOrThrow();
    if (row.state === done) return { done: true, output: row.output, startedAt: row.startedAt };
    return { done: false, startedAt: row.startedAt };
  }

  async finish(
    tx: Transaction,
    step: LedgerKey & { readonly epoch: number; readonly output: unknown; readonly at: Date },
  ): Promise<void> {
    const row = await queriesOf(tx)
      .updateTable("step")
      .set({ state: done, output: json(step.output), endedAt: step.at })
      .where("attemptId", "=", step.attemptId)
      .where("name", "=", step.name)
      .where("state", "=", intent)
      .where("epoch", "=", step.epoch)
      .returning("name")
      .executeTakeFirst();
    written(row, `step ${step.name} of attempt`, step.attemptId);
  }

  async reset(tx: Transaction, attemptId: string, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await queriesOf(tx).deleteFrom("step").where("attemptId", "=", attemptId).where("name", "in", names).execute();
  }

  async ofAttempt(attemptId: string): Promise<readonly LedgerRow[]> {
    const rows = await this.#queries
      .selectFrom("step")
      .select(["attemptId", "name", "state", "epoch", "startedAt", "endedAt"])
      .where("attemptId", "=", attemptId)
      .orderBy("startedAt")
      .orderBy("name")
      .execute();
    return rows.map(({ state, ...row }) => ({ ...row, done: state === done }));
  }
}
