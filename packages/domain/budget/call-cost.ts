import type { ModelPrice } from "./price-table.ts";

/** Tokens of one call as a provider counts them. No token is in two of the numbers. */
export interface TokenUse {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWriteLong: number;
  readonly output: number;
}

export const noTokens: TokenUse = { input: 0, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 0 };

/** What was sent to the model, from its cache or not. */
export function inputTokensOf(use: TokenUse): number {
  return use.input + use.cacheRead + use.cacheWrite + use.cacheWriteLong;
}

/** The cost in whole micros, rounded up: a part of a micro is never given away. */
export function costMicros(price: ModelPrice, use: TokenUse): number {
  return wholeMicros(
    use.input * price.input +
      use.cacheRead * price.cacheRead +
      use.cacheWrite * price.cacheWrite +
      use.cacheWriteLong * price.cacheWriteLong +
      use.output * price.output,
  );
}

/** The most the input of a call can cost, whatever of it the provider puts into its cache. */
export function inputCeilingMicros(price: ModelPrice, tokens: number, caches: boolean): number {
  return wholeMicros(tokens * (caches ? Math.max(price.input, price.cacheWriteLong) : price.input));
}

/** Up, but not because of the last digits of a binary fraction. */
function wholeMicros(micros: number): number {
  return Math.ceil(micros - 1e-6);
}

/** The fewest bytes of a request that make a token, over every kind of text seen; a guess on the safe side. */
const leastBytesPerToken = 2;

/** Tokens a text of this size cannot reasonably exceed. */
export function tokenCeiling(bytes: number): number {
  return Math.ceil(bytes / leastBytesPerToken);
}
