import { expect, test } from "vitest";
import { costMicros, inputCeilingMicros, inputTokensOf, noTokens, tokenCeiling } from "./call-cost.ts";
import { priceOf } from "./price-table.ts";

const use = { input: 1000, cacheRead: 10_000, cacheWrite: 2000, cacheWriteLong: 500, output: 300 };

test("every kind of token has its own price", () => {
  const price = priceOf("anthropic:claude-sonnet-4-5");
  expect(price).toEqual({ input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWriteLong: 6 });
  if (price === null) throw new Error("no price");
  expect(costMicros(price, use)).toBe(3000 + 3000 + 7500 + 3000 + 4500);
  expect(costMicros(price, { ...noTokens, cacheRead: 1 })).toBe(1);
  expect(inputTokensOf(use)).toBe(13_500);
  expect(inputCeilingMicros(price, 1000, false)).toBe(3000);
  expect(inputCeilingMicros(price, 1000, true)).toBe(6000);
});

test.each([
  ["anthropic:claude-sonnet-4-5-20250929", 15],
  ["anthropic:claude-3-5-haiku-latest", 4],
  ["anthropic:claude-opus-4-0", 75],
  ["anthropic:claude-haiku-4-5", 5],
  ["scripted", 0],
])("%s has a price of %d for a million tokens of output", (model, output) => {
  expect(priceOf(model)?.output).toBe(output);
});

test("an unknown model has no price until the installation says one", () => {
  expect(priceOf("anthropic:claude-next")).toBeNull();
  const own = { "anthropic:claude-next": { input: 2, output: 8, cacheWrite: 5 } };
  expect(priceOf("anthropic:claude-next", own)).toEqual({
    ...{ input: 2, output: 8, cacheRead: 0.2, cacheWrite: 5, cacheWriteLong: 5 },
  });
});

test("a text has at most a token for every two bytes", () => {
  expect([tokenCeiling(0), tokenCeiling(1), tokenCeiling(9)]).toEqual([0, 1, 5]);
});
