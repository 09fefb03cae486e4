import type { Discovery } from "@omoios/domain/discovery/discovery";
import type { DiscoveryMove, DiscoveryState } from "@omoios/domain/discovery/state";
import type { Transaction } from "./database.ts";

export type DiscoveryPatch = Partial<
  Pick<Discovery, "check" | "reason" | "decidedBy" | "decidedAt" | "becameTaskId" | "digest" | "reports">
>;

export interface DiscoveryStore {
  /** Throws `not-found`. */
  get(id: string, tx?: Transaction): Promise<Discovery>;
  byNumber(projectId: string, number: number): Promise<Discovery | null>;
  /** By number. */
  ofSpec(specId: string, tx?: Transaction): Promise<readonly Discovery[]>;
  /** Oldest first. */
  inState(state: DiscoveryState): Promise<readonly Discovery[]>;
  add(tx: Transaction, discovery: Discovery): Promise<void>;
  /** One guarded write: `illegal-move` by the move table, `stale` when `seen` is not the newest version. */
  move(
    tx: Transaction,
    seen: Discovery,
    change: { readonly move: DiscoveryMove; readonly patch?: DiscoveryPatch },
  ): Promise<Discovery>;
  patch(tx: Transaction, seen: Discovery, patch: DiscoveryPatch): Promise<Discovery>;
}
