import type { Amendment } from "@omoios/domain/spec/amendment";
import type { Transaction } from "./database.ts";

export interface AmendmentStore {
  add(tx: Transaction, amendment: Amendment): Promise<void>;
  /** Oldest first. */
  ofSpec(specId: string, tx?: Transaction): Promise<readonly Amendment[]>;
  /** Marks an open one as applied; throws `stale` when it is not open any more. */
  apply(
    tx: Transaction,
    amendment: Amendment,
    applied: { readonly createdTaskIds: readonly string[]; readonly at: Date },
  ): Promise<void>;
}
