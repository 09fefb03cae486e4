import type { Scenario } from "@omoios/contract/scenario";
import type { Spec } from "@omoios/domain/spec/spec";
import type { SpecMove, SpecStatus } from "@omoios/domain/spec/state";
import type { Transaction } from "./database.ts";

export type SpecPatch = Partial<Pick<Spec, "title" | "phase" | "pausedReason" | "attention" | "assumptions" | "endedAt">>;

export interface SpecStore {
  /** Throws `not-found`. */
  get(id: string, tx?: Transaction): Promise<Spec>;
  byNumber(projectId: string, number: number): Promise<Spec | null>;
  /** Newest first. */
  list(query: { readonly projectId?: string; readonly statuses?: readonly SpecStatus[]; readonly limit: number }): Promise<readonly Spec[]>;
  create(tx: Transaction, spec: Spec, scenario: Scenario | null): Promise<void>;
  /** The script this spec is played from, when its agent or model is `scripted`. */
  scenario(id: string): Promise<Scenario | null>;
  /** One guarded write: throws `illegal-move` by the move table and `stale` when `seen` is no longer the newest version. */
  move(tx: Transaction, seen: Spec, change: { readonly move: SpecMove; readonly patch?: SpecPatch }): Promise<Spec>;
  /** A guarded write that leaves the status alone. */
  patch(tx: Transaction, seen: Spec, patch: SpecPatch): Promise<Spec>;
}
