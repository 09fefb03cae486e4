import { ok, refuse, type Result } from "../shared/result.ts";
import { usdText } from "./money.ts";

/**
 * What a budget has been used for, in whole micros of a US dollar. Settled is spent; reserved is held for calls in
 * flight. Settled and reserved together never exceed the cap.
 */
export interface BudgetAccount {
  /** Null: no cap. */
  readonly capMicros: number | null;
  readonly settledMicros: number;
  readonly reservedMicros: number;
}

export interface Reservation {
  readonly account: BudgetAccount;
  /** What was granted: at most what was wanted, at least the minimum. The call is cut to it. */
  readonly reservedMicros: number;
}

/** Holds up to `wantMicros` for a call, or refuses with `limit` when less than `minimumMicros` is left. */
export function reserve(account: BudgetAccount, wantMicros: number, minimumMicros: number): Result<Reservation> {
  requireAmounts({ ...account, wantMicros, minimumMicros });
  if (minimumMicros > wantMicros) throw new TypeError("minimumMicros must not be more than wantMicros");
  const leftMicros = remaining(account);
  const grantMicros = Math.min(wantMicros, leftMicros);
  const isTooLittle = grantMicros < minimumMicros || (grantMicros === 0 && wantMicros > 0);
  if (account.capMicros !== null && isTooLittle) {
    return refuse({
      kind: "limit",
      message: `The budget of ${usdText(account.capMicros)} has ${usdText(leftMicros)} left; the next call needs at least ${usdText(Math.max(1, minimumMicros))}`,
      fix: "Raise the budget with omoios budget, then omoios resume",
    });
  }
  const reservedMicros = account.reservedMicros + grantMicros;
  requireAmounts({ reservedMicros });
  return ok({ account: { ...account, reservedMicros }, reservedMicros: grantMicros });
}

export interface Settlement {
  readonly account: BudgetAccount;
  /**
   * Spent beyond both the reservation and the cap. Zero as long as calls are cut to what was granted; anything else
   * has to be shown to a person, because the account cannot hold it.
   */
  readonly overrunMicros: number;
}

/** Turns what was held for a call into what it cost and gives the rest back. */
export function settle(account: BudgetAccount, reservedMicros: number, actualMicros: number): Settlement {
  requireAmounts({ actualMicros });
  const free = release(account, reservedMicros);
  const bookedMicros = Math.min(actualMicros, remaining(free));
  const settledMicros = free.settledMicros + bookedMicros;
  requireAmounts({ settledMicros });
  return { account: { ...free, settledMicros }, overrunMicros: actualMicros - bookedMicros };
}

/** Gives back what was held for a call that cost nothing. */
export function release(account: BudgetAccount, reservedMicros: number): BudgetAccount {
  requireAmounts({ ...account, released: reservedMicros });
  if (reservedMicros > account.reservedMicros) {
    throw new TypeError(`Cannot release ${reservedMicros} micros of ${account.reservedMicros} that are reserved`);
  }
  return { ...account, reservedMicros: account.reservedMicros - reservedMicros };
}

/** What can still be reserved. */
export function remaining(account: BudgetAccount): number {
  if (account.capMicros === null) return Number.MAX_SAFE_INTEGER;
  return Math.max(0, account.capMicros - account.settledMicros - account.reservedMicros);
}

function requireAmounts(amounts: Readonly<Record<string, number | null>>): void {
  for (const [name, amount] of Object.entries(amounts)) {
    if (amount !== null && (!Number.isSafeInteger(amount) || amount < 0)) {
      throw new TypeError(`${name} is ${amount}; money is a whole number of micros, zero or more`);
    }
  }
}
