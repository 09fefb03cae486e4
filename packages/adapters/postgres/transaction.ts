import type { Transaction } from "@omoios/engine/ports/database";
import type { Kysely, Transaction as KyselyTransaction } from "kysely";
import type { Tables } from "./tables.generated.ts";

/** What an opaque port transaction is inside this folder. */
class OpenTransaction {
  readonly queries: KyselyTransaction<Tables>;

  constructor(queries: KyselyTransaction<Tables>) {
    this.queries = queries;
  }
}

/** Makes the opaque value use cases pass around. */
export function sealTransaction(queries: KyselyTransaction<Tables>): Transaction {
  return new OpenTransaction(queries) as unknown as Transaction;
}

/** The Kysely transaction inside. */
export function queriesOf(tx: Transaction): KyselyTransaction<Tables> {
  const open: unknown = tx;
  if (open instanceof OpenTransaction) return open.queries;
  throw new TypeError("This transaction was opened by another driver");
}

/** Reads join the caller's transaction when there is one. */
export function queriesFor(queries: Kysely<Tables>, tx: Transaction | undefined): Kysely<Tables> {
  return tx === undefined ? queries : queriesOf(tx);
}
