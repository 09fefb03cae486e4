import type { Usage } from "@omoios/contract/http-spec";
import { microsPerUsd } from "@omoios/domain/budget/money";
import type { ModelCallRecord } from "../ports/run-records.ts";

/** What the model calls of a spec used. */
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
    usd: usdOf(totalCostMicros(calls)),
    byRole: [...byRole.values()],
  };
}

/** Null as soon as one call has no known price: an unknown sum is not a low one. */
export function totalCostMicros(calls: readonly ModelCallRecord[]): number | null {
  return calls.reduce<number | null>(
    (total, call) => (total === null || call.costMicros === null ? null : total + call.costMicros),
    0,
  );
}

function usdOf(micros: number | null): number | null {
  return micros === null ? null : micros / microsPerUsd;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
