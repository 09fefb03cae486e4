import type { Usage } from "@omoios/contract/http-spec";
import type { ModelCallRecord } from "../ports/run-records.ts";

/**
 * What the model calls of a spec used. Scripted calls are free; any other model has no price here, so a sum that
 * contains one is unknown rather than too low.
 */
export function usageOf(calls: readonly ModelCallRecord[]): Usage {
  const byRole = new Map<string, { role: string; model: string; calls: number; tokens: number }>();
  for (const call of calls) {
    const key = `${call.role}\n${call.model}`;
    const row = byRole.get(key) ?? { role: call.role, model: call.model, calls: 0, tokens: 0 };
    byRole.set(key, { ...row, calls: row.calls + 1, tokens: row.tokens + call.inputTokens + call.outputTokens });
  }
  const inputTokens = sum(calls.map((call) => call.inputTokens));
  const outputTokens = sum(calls.map((call) => call.outputTokens));
  return {
    calls: calls.length,
    inputTokens,
    outputTokens,
    tokens: inputTokens + outputTokens,
    usd: calls.every((call) => call.model === "scripted") ? 0 : null,
    byRole: [...byRole.values()],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
