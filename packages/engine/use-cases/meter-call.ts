import { budgetDay, shortageFault, type BudgetCaps, type BudgetKind } from "@omoios/domain/budget/budget-scope";
import {
  costMicros,
  inputCeilingMicros,
  inputTokensOf,
  noTokens,
  type TokenUse,
} from "@omoios/domain/budget/call-cost";
import type { ModelPrice } from "@omoios/domain/budget/price-table";
import { FaultError } from "@omoios/domain/shared/fault";
import type { BudgetStore, CappedScope } from "../ports/budget-store.ts";
import type { Clock, Identities } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { CallToMeter, MeteredCall } from "../ports/models.ts";
import type { ModelCallRecord, ModelCallRecords } from "../ports/run-records.ts";

export interface MeterParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly identities: Identities;
  readonly budgets: BudgetStore;
  readonly modelCalls: ModelCallRecords;
  /** Null: nobody said what the model costs. */
  readonly priceOf: (model: string) => ModelPrice | null;
  /** Configured caps; a spec's own is stored with it. */
  readonly caps: Readonly<Record<Exclude<BudgetKind, "spec">, BudgetCaps>>;
}

/** Whose call it is and what it is for. */
export interface CallSubject {
  readonly specId: string;
  readonly attempt: { readonly id: string; readonly taskId: string; readonly epoch: number } | null;
  readonly role: string;
  readonly model: string;
  readonly promptDigest: string;
}

/**
 * Holds what one exchange with a provider may cost; ending it books what it did cost, with its entry in the journal.
 * Throws `limit` when an account has too little left.
 */
export async function meterCall(parts: MeterParts, subject: CallSubject, call: CallToMeter): Promise<MeteredCall> {
  const id = parts.identities.uuid();
  const startedAt = parts.clock.now();
  const price = parts.priceOf(subject.model);
  const { specId, attempt, model } = subject;
  const answer = await parts.database.transaction((tx) =>
    parts.budgets.reserve(tx, {
      id,
      specId,
      attempt,
      scopes: scopesOf(parts, subject, startedAt),
      at: startedAt,
      inputTokens: call.inputTokens,
      price:
        price === null
          ? null
          : {
              inputMicros: inputCeilingMicros(price, call.inputTokens, call.caches),
              outputMicrosPerToken: price.output,
            },
      wantedOutputTokens: call.wantedOutputTokens,
      leastOutputTokens: Math.min(call.leastOutputTokens, call.wantedOutputTokens),
    }),
  );
  if (answer.kind === "refused") throw new FaultError(shortageFault(answer.shortage, model, startedAt));
  return {
    outputTokens: answer.outputTokens,
    end: async (end) => {
      const use = end.outcome === "unknown" ? { ...noTokens, input: call.inputTokens } : end.use;
      await finish(parts, { ...journal(subject, use), id, startedAt, outcome: end.outcome }, { price, use });
    },
  };
}

async function finish(
  parts: MeterParts,
  entry: Omit<ModelCallRecord, "endedAt" | "costMicros">,
  spent: { readonly price: ModelPrice | null; readonly use: TokenUse },
): Promise<void> {
  const endedAt = parts.clock.now();
  const cost = spent.price === null ? null : costMicros(spent.price, spent.use);
  const tokens = entry.inputTokens + entry.outputTokens;
  await parts.database.transaction(async (tx) => {
    await parts.budgets.settle(tx, { id: entry.id, usdMicros: cost ?? 0, tokens, at: endedAt });
    await parts.modelCalls.add(tx, { ...entry, costMicros: cost, endedAt });
  });
}

function journal({ specId, attempt, role, model, promptDigest }: CallSubject, use: TokenUse) {
  return {
    specId,
    attemptId: attempt?.id ?? null,
    role,
    model,
    promptDigest,
    inputTokens: inputTokensOf(use),
    cacheReadTokens: use.cacheRead,
    cacheWriteTokens: use.cacheWrite + use.cacheWriteLong,
    outputTokens: use.output,
  };
}

function scopesOf(parts: MeterParts, { specId, attempt }: CallSubject, at: Date): readonly CappedScope[] {
  const { caps } = parts;
  const own: readonly CappedScope[] =
    attempt === null
      ? []
      : [
          { kind: "attempt", of: attempt.id, caps: caps.attempt },
          { kind: "task", of: attempt.taskId, caps: caps.task },
        ];
  return [...own, { kind: "spec", of: specId, caps: null }, { kind: "day", of: budgetDay(at), caps: caps.day }];
}
