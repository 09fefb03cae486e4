import type { BudgetCaps, BudgetScope, BudgetShortage, BudgetUnit } from "@omoios/domain/budget/budget-scope";
import type { Transaction } from "./database.ts";

/** One account: what a scope has used of one unit. Settled and reserved together never exceed the cap. */
export interface BudgetLine extends BudgetScope {
  readonly unit: BudgetUnit;
  readonly cap: number | null;
  readonly settled: number;
  /** Held for calls in flight. */
  readonly reserved: number;
  /** Spent beyond the cap all the same, by a provider that wrote more than it was asked for. */
  readonly overrun: number;
}

/** A scope a call counts against, with its caps; null keeps the ones its accounts have. */
export interface CappedScope extends BudgetScope {
  readonly caps: BudgetCaps | null;
}

/** Who makes a call: with an attempt, the reservation is void once that attempt is over or has been claimed again. */
export interface CallOwner {
  readonly specId: string;
  readonly attempt: { readonly id: string; readonly epoch: number } | null;
}

export interface ReservationRequest extends CallOwner {
  readonly id: string;
  readonly scopes: readonly CappedScope[];
  readonly at: Date;
  /** The most the input can use. */
  readonly inputTokens: number;
  /** Null: the model has no price; money caps then refuse it. */
  readonly price: { readonly inputMicros: number; readonly outputMicrosPerToken: number } | null;
  readonly wantedOutputTokens: number;
  /** With fewer output tokens the call is not worth making. */
  readonly leastOutputTokens: number;
}

export type ReservationAnswer =
  | { readonly kind: "granted"; readonly outputTokens: number }
  | { readonly kind: "refused"; readonly shortage: BudgetShortage };

/** Accounts of what may be spent. */
export interface BudgetStore {
  /**
   * Holds what a call may use on all of its accounts at once, creating those that are missing, or on none. The output
   * granted is what was wanted or what is left, never less than the least: one statement decides and books it.
   */
  reserve(tx: Transaction, request: ReservationRequest): Promise<ReservationAnswer>;
  /**
   * Turns what a reservation holds into what was used. True when it was still held; one that was settled or has expired
   * is left alone.
   */
  settle(
    tx: Transaction,
    use: { readonly id: string; readonly usdMicros: number; readonly tokens: number; readonly at: Date },
  ): Promise<boolean>;
  /**
   * Books in full what reservations hold that nobody can settle any more: those of attempts that are over or were
   * claimed again, and, with `everything`, all. Nobody knows what became of such a call, so it counts as spent.
   */
  expire(tx: Transaction, options: { readonly at: Date; readonly everything: boolean }): Promise<number>;
  /** Sets the caps of a scope, creating its accounts. Throws `limit` for a cap below what is used already. */
  setCaps(tx: Transaction, scope: BudgetScope, caps: BudgetCaps): Promise<void>;
  /** The accounts of a spec, its tasks and attempts, and of a day. */
  linesOf(scopes: readonly BudgetScope[]): Promise<readonly BudgetLine[]>;
}
