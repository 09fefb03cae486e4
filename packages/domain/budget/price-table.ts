/** Prices in US dollars for a million tokens, which is the same number as micros for one token. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Input read from the provider's cache. */
  readonly cacheRead: number;
  /** Input written to the provider's cache for minutes, and for an hour. */
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
}

/** What an installation says about a model the table does not know, or knows wrongly. */
export interface PriceOverride {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** Day the list prices below are from; raised with every change of one. */
export const priceTableVersion = "2026-02-20";

const listed: Readonly<Record<string, readonly [input: number, output: number]>> = {
  "anthropic:claude-opus-4-6": [5, 25],
  "anthropic:claude-opus-4-5": [5, 25],
  "anthropic:claude-opus-4-1": [15, 75],
  "anthropic:claude-opus-4": [15, 75],
  "anthropic:claude-sonnet-4-6": [3, 15],
  "anthropic:claude-sonnet-4-5": [3, 15],
  "anthropic:claude-sonnet-4": [3, 15],
  "anthropic:claude-3-7-sonnet": [3, 15],
  "anthropic:claude-haiku-4-5": [1, 5],
  "anthropic:claude-3-5-haiku": [0.8, 4],
};

const free: ModelPrice = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0 };

/**
 * The price of a model, written `provider:name`; null when nobody said what it costs. A name may end in a date or in
 * `-0` or `-latest`: those are releases of the same model at the same price.
 */
export function priceOf(model: string, overrides: Readonly<Record<string, PriceOverride>> = {}): ModelPrice | null {
  if (model === "scripted") return free;
  const own = overrides[model];
  if (own !== undefined) return fullPrice(own);
  const [input, output] = listed[model] ?? listed[model.replace(/-(?:\d{8}|0|latest)$/u, "")] ?? [];
  return input === undefined || output === undefined ? null : fullPrice({ input, output });
}

/** Writing to the cache costs a quarter more than plain input, keeping it for an hour twice as much, reading a tenth. */
function fullPrice({ input, output, cacheRead, cacheWrite }: PriceOverride): ModelPrice {
  return {
    input,
    output,
    cacheRead: cacheRead ?? input / 10,
    cacheWrite: cacheWrite ?? input * 1.25,
    cacheWriteLong: Math.max(cacheWrite ?? 0, input * 2),
  };
}
