import type { RunOutlook } from "@omoios/contract/http-outlook";
import { expect, test } from "vitest";
import { outlookLines, type Asked } from "./outlook-lines.ts";
import { createPaint } from "./paint.ts";

const sonnet = { id: "anthropic:claude-sonnet-4-5", key: "ANTHROPIC_API_KEY", usable: true };
const outlook: RunOutlook = {
  repository: { path: "/home/ada/work/the-shop", branch: "main", commit: "a".repeat(40), uncommitted: 0 },
  agent: { id: "claude", installed: true, version: "0.3.330", models: [sonnet] },
  model: sonnet,
  budget: { usd: 5, tokens: null },
  cost: { kind: "capped", usd: 5, unpriced: [] },
  problems: [],
};
const layout = { paint: createPaint({ colour: false, unicode: true }), width: 80 };

function lines(change: Partial<RunOutlook> = {}, asked: Partial<Asked> = {}): readonly string[] {
  return outlookLines(
    { ...outlook, ...change },
    { order: { size: "direct", yes: true }, canAsk: true, ...asked },
    layout,
  );
}

test("five lines say where, who, with which key, for how much, and whether anybody is asked", () => {
  expect(lines()).toEqual([
    "  from       main at aaaaaaaaaa in /home/ada/work/the-shop",
    "  agent      claude 0.3.330 asks anthropic:claude-sonnet-4-5 (ANTHROPIC_API_KEY is set)",
    "  model      anthropic:claude-sonnet-4-5 (ANTHROPIC_API_KEY is set) plans and judges",
    "  cost       at most 5.00 USD",
    "  plan       direct, one task; approved as it is made",
  ]);
});

test("what a run may cost is never guessed", () => {
  const cost = (change: Partial<RunOutlook>): string | undefined => lines(change).find((line) => line.includes("cost"));
  const tokens = { usd: null, tokens: 2_000_000 };
  expect(cost({ budget: tokens, cost: { kind: "capped", usd: 30, unpriced: [] } })).toBe(
    "  cost       at most 30.00 USD, for 2,000,000 tokens",
  );
  expect(cost({ cost: { kind: "open", usd: null, unpriced: [] } })).toContain("no cap");
  const unknown = { kind: "unknown", usd: null, unpriced: ["openai-compatible:qwen3"] } as const;
  expect(cost({ budget: tokens, cost: { ...unknown, unpriced: [...unknown.unpriced] } })).toBe(
    "  cost       not known: no price for openai-compatible:qwen3; at most 2,000,000 tokens",
  );
});

test("who is not asked now is told how to answer later", () => {
  const order = { size: "full", yes: false } as const;
  expect(lines({}, { order }).at(-1)).toBe("  plan       full, seven phases; you are asked before work begins");
  expect(lines({}, { order, canAsk: false }).at(-1)).toContain("waits for omoios spec approve (exit 5)");
});
