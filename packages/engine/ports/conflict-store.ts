import type { Conflict } from "@omoios/domain/landing/conflict";
import type { ConflictMove, ConflictState } from "@omoios/domain/landing/conflict-state";
import type { Transaction } from "./database.ts";

export type ConflictPatch = Partial<
  Pick<Conflict, "specTip" | "items" | "score" | "personTip" | "acceptLost" | "reason">
>;

export interface ConflictQuery {
  readonly specId?: string;
  readonly states?: readonly ConflictState[];
}

export interface ConflictStore {
  /** Oldest first. */
  list(query: ConflictQuery): Promise<readonly Conflict[]>;
  /** Oldest first. */
  ofTask(taskId: string): Promise<readonly Conflict[]>;
  /** The one conflict of a task that is neither resolved nor dropped. */
  unsettled(taskId: string, tx?: Transaction): Promise<Conflict | null>;
  /** Throws `stale` when the task has an unsettled one already. */
  create(tx: Transaction, conflict: Conflict): Promise<void>;
  /** One guarded write: `illegal-move` by the move table, `stale` when `seen` is not the newest version. */
  move(
    tx: Transaction,
    seen: Conflict,
    change: { readonly move: ConflictMove; readonly patch?: ConflictPatch; readonly at: Date },
  ): Promise<Conflict>;
  patch(tx: Transaction, seen: Conflict, patch: ConflictPatch): Promise<Conflict>;
}
