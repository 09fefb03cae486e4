import { usdText } from "./money.ts";
import type { Fault } from "../shared/fault.ts";

/** What a cap is about. A call counts against every scope it belongs to. */
export const budgetKinds = ["attempt", "task", "spec", "day"] as const;
export type BudgetKind = (typeof budgetKinds)[number];

/** What is counted: money, or tokens where a model has no known price. */
export const budgetUnits = ["usd_micros", "tokens"] as const;
export type BudgetUnit = (typeof budgetUnits)[number];

/** The most that may be used; null: no cap. */
export interface BudgetCaps {
  readonly usdMicros: number | null;
  readonly tokens: number | null;
}

export const noCaps: BudgetCaps = { usdMicros: null, tokens: null };

/** A thing with a budget. */
export interface BudgetScope {
  readonly kind: BudgetKind;
  /** The id of the attempt, task or spec, or the day as `2026-03-01`. */
  readonly of: string;
}

/** Under which a scope's account is stored. */
export function scopeKey({ kind, of }: BudgetScope): string {
  return `${kind}:${of}`;
}

/** The day a call counts for, in UTC: a cap for a day must not move with the machine's time zone. */
export function budgetDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** When the account of a day gives way to the next one's. */
function nextBudgetDay(at: Date): Date {
  return new Date(Date.parse(budgetDay(at)) + 24 * 60 * 60 * 1000);
}

/** An amount for a person. */
export function amountText(unit: BudgetUnit, amount: number): string {
  return unit === "usd_micros" ? usdText(amount) : `${amount.toLocaleString("en-US")} tokens`;
}

const scopeWords: Readonly<Record<BudgetKind, string>> = {
  attempt: "one attempt",
  task: "one task",
  spec: "this spec",
  day: "today",
};

/** Why a call was refused: the account that has too little left for the least the call needs. */
export interface BudgetShortage {
  readonly kind: BudgetKind;
  readonly unit: BudgetUnit;
  readonly cap: number;
  readonly left: number;
  /** Null: the model has no price, so no cap in money can hold it. */
  readonly needs: number | null;
}

/** The refusal in words, with the way out. */
export function shortageFault(shortage: BudgetShortage, model: string, at: Date): Fault {
  const { kind, unit, cap, left, needs } = shortage;
  const budget = `The budget for ${scopeWords[kind]} (${amountText(unit, cap)})`;
  if (needs === null) {
    return {
      kind: "limit",
      message: `${budget} cannot hold the model ${model}: its price is not known`,
      fix: `Set models.prices for ${model} in config.yaml, or cap tokens in place of money`,
    };
  }
  return {
    kind: "limit",
    message: `${budget} has ${amountText(unit, Math.max(0, left))} left; the next call needs at least ${amountText(unit, needs)}`,
    fix: kind === "spec" ? "Raise it: omoios budget SPC-… and a larger cap; the work then goes on" : raiseFix(kind),
    ...(kind === "day" ? { until: nextBudgetDay(at) } : {}),
  };
}

function raiseFix(kind: Exclude<BudgetKind, "spec">): string {
  const raise = `Raise budget.${kind} in config.yaml and start the server again; the work then goes on`;
  return kind === "day" ? `${raise}. Otherwise it goes on by itself at 00:00 UTC` : raise;
}
