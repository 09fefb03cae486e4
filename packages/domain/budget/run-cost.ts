import type { BudgetCaps } from "./budget-scope.ts";
import type { ModelPrice } from "./price-table.ts";

/**
 * What a run can cost at most, before anything is known of the work: nothing is paid, at most so much, nobody set a
 * limit, or nobody said what a model costs.
 */
export type RunCost =
  | { readonly kind: "nothing" }
  | { readonly kind: "capped"; readonly usdMicros: number }
  | { readonly kind: "open" }
  | { readonly kind: "unknown"; readonly models: readonly string[] };

/** The models of a run with their prices; null: nobody said what it costs. */
export type PricedModels = ReadonlyMap<string, ModelPrice | null>;

/** A cap in tokens is worth as much as its dearest kind of token of the dearest model. */
export function runCost(models: PricedModels, caps: BudgetCaps): RunCost {
  const unpriced = [...models].flatMap(([model, price]) => (price === null ? [model] : []));
  if (unpriced.length > 0) return { kind: "unknown", models: unpriced };
  const prices = [...models.values()].filter((price) => price !== null);
  const dearest = Math.max(0, ...prices.map(dearestToken));
  if (dearest === 0) return { kind: "nothing" };
  const byTokens = caps.tokens === null ? Infinity : Math.ceil(caps.tokens * dearest);
  const most = Math.min(caps.usdMicros ?? Infinity, byTokens);
  return most === Infinity ? { kind: "open" } : { kind: "capped", usdMicros: most };
}

function dearestToken({ input, output, cacheRead, cacheWrite, cacheWriteLong }: ModelPrice): number {
  return Math.max(input, output, cacheRead, cacheWrite, cacheWriteLong);
}
