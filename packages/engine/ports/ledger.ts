import type { Transaction } from "./database.ts";

/**
 * The steps of an attempt. A step's intent is written before its body runs and its output with the changes it makes,
 * so a body may run twice but its result is committed once.
 */
export interface Ledger {
  /** Records the intent, keeping the time of the first one; tells whether the step is done already. */
  begin(tx: Transaction, step: LedgerKey & { readonly epoch: number; readonly at: Date }): Promise<LedgerEntry>;
  finish(
    tx: Transaction,
    step: LedgerKey & { readonly epoch: number; readonly output: unknown; readonly at: Date },
  ): Promise<void>;
  /** Forgets the named steps, so that they run again (a candidate that has to be proven anew). */
  reset(tx: Transaction, attemptId: string, names: readonly string[]): Promise<void>;
  ofAttempt(attemptId: string): Promise<readonly LedgerRow[]>;
}

export interface LedgerKey {
  readonly attemptId: string;
  readonly name: string;
}

export type LedgerEntry =
  | { readonly done: true; readonly output: unknown; readonly startedAt: Date }
  | { readonly done: false; readonly startedAt: Date };

export interface LedgerRow extends LedgerKey {
  readonly done: boolean;
  readonly epoch: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}
