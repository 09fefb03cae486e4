import type { Transaction } from "../ports/database.ts";
import type { Emit } from "./record.ts";

/** A transaction that holds the admission lock, and what it emits. */
export interface Settlement {
  readonly tx: Transaction;
  readonly emit: Emit;
}
