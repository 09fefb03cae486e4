import type { ValidationView } from "@omoios/contract/http-task";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { ModelCallRecord } from "../ports/run-records.ts";
import { timeOrNull } from "./spec-summary.ts";
import { usageOf } from "./usage.ts";

/** What judged an attempt, with what that used. */
export function validationView(validation: Attempt, calls: readonly ModelCallRecord[]): ValidationView {
  const { tokens, usd } = usageOf(calls.filter(({ attemptId }) => attemptId === validation.id));
  return {
    id: validation.id,
    number: validation.number,
    state: validation.state,
    model: validation.model ?? "?",
    epoch: validation.epoch,
    brief: validation.brief,
    reason: validation.reason,
    tokens,
    usd,
    parkedUntil: timeOrNull(validation.parkedUntil),
    createdAt: validation.createdAt.toISOString(),
    startedAt: timeOrNull(validation.startedAt),
    endedAt: timeOrNull(validation.endedAt),
  };
}
