import type { Scenario } from "@omoios/contract/scenario";
import type { Spec } from "@omoios/domain/spec/spec";
import type { SpecMove, SpecStatus } from "@omoios/domain/spec/state";
import type { Transaction } from "./database.ts";

export type SpecPatch = Partial<
  Pick<Spec, "title" | "phase" | "pausedReason" | "pausedUntil" | "pausedBy" | "attention" | "assumptions" | "endedAt">
>;

export interface SpecQuery {
  readonly projectId?: string;
  readonly statuses?: readonly SpecStatus[];
  /** The last spec of the page before. */
  readonly before?: Pick<Spec, "id" | "requestedAt">;
  readonly limit: number;
}

export interface SpecStore {
  /** Throws `not-found`. */
  get(id: string, tx?: Transaction): Promise<Spec>;
  byNumber(projectId: string, number: number): Promise<Spec | null>;
  /** Newest first (by `requestedAt`, then id), from after `before` on; none of a removed project. */
  list(query: SpecQuery): Promise<readonly Spec[]>;
  /** The specs of a project in these statuses, removed or not, by number. */
  inProject(tx: Transaction, projectId: string, statuses: readonly SpecStatus[]): Promise<readonly Spec[]>;
  /** How many specs in these statuses each project has that has any. */
  countByProject(statuses: readonly SpecStatus[]): Promise<ReadonlyMap<string, number>>;
  /** How many specs are in each status that has any. */
  countByStatus(): Promise<ReadonlyMap<SpecStatus, number>>;
  create(tx: Transaction, spec: Spec, scenario: Scenario | null): Promise<void>;
  /** The script this spec is played from, when its agent or model is `scripted`. */
  scenario(id: string): Promise<Scenario | null>;
  /** One guarded write: throws `illegal-move` by the move table and `stale` when `seen` is no longer the newest version. */
  move(tx: Transaction, seen: Spec, change: { readonly move: SpecMove; readonly patch?: SpecPatch }): Promise<Spec>;
  /** A guarded write that leaves the status alone. */
  patch(tx: Transaction, seen: Spec, patch: SpecPatch): Promise<Spec>;
}
