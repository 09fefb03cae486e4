import { expect, test } from "vitest";
import { priceOf } from "./price-table.ts";
import { runCost, type RunCost } from "./run-cost.ts";

const sonnet = "anthropic:claude-sonnet-4-5";
const opus = "anthropic:claude-opus-4-1";
const own = "openai-compatible:qwen3";

function cost(models: readonly string[], usdMicros: number | null, tokens: number | null): RunCost {
  return runCost(new Map(models.map((model) => [model, priceOf(model)])), { usdMicros, tokens });
}

test("nothing is paid for a script, whatever the caps", () => {
  expect(cost(["scripted"], 5_000_000, 10)).toEqual({ kind: "nothing" });
  expect(cost([], null, null)).toEqual({ kind: "nothing" });
});

test("a cap in dollars is the most; one in tokens is worth the dearest token of the dearest model", () => {
  expect(cost([sonnet], 5_000_000, null)).toEqual({ kind: "capped", usdMicros: 5_000_000 });
  expect(cost([sonnet, opus], null, 1000)).toEqual({ kind: "capped", usdMicros: 75_000 });
  expect(cost([sonnet], 5_000_000, 1000)).toEqual({ kind: "capped", usdMicros: 15_000 });
});

test("without a cap nobody set a limit", () => {
  expect(cost(["scripted", sonnet], null, null)).toEqual({ kind: "open" });
});

test("a model without a price makes it unknown, also under a cap of tokens", () => {
  expect(cost([sonnet, own], null, 1000)).toEqual({ kind: "unknown", models: [own] });
});
