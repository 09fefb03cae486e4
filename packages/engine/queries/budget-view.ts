import type { BudgetLineView, BudgetView } from "@omoios/contract/http-budget";
import { budgetDay, type BudgetScope } from "@omoios/domain/budget/budget-scope";
import { microsPerUsd } from "@omoios/domain/budget/money";
import { priceTableVersion } from "@omoios/domain/budget/price-table";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { BudgetLine } from "../ports/budget-store.ts";
import type { ReadParts } from "./read-parts.ts";

type BudgetViewParts = Pick<ReadParts, "budgets" | "tasks" | "attempts" | "clock">;

interface NamedScope {
  readonly scope: BudgetScope;
  readonly name: string;
}

/** What a spec, its tasks and attempts, and today have used of what they may. */
export async function budgetView(parts: BudgetViewParts, spec: Spec): Promise<BudgetView> {
  const [tasks, attempts, validations] = await Promise.all([
    parts.tasks.ofSpec(spec.id),
    parts.attempts.ofSpec(spec.id),
    parts.attempts.validations({ specId: spec.id }),
  ]);
  const day = budgetDay(parts.clock.now());
  const named: readonly NamedScope[] = [
    { scope: { kind: "spec", of: spec.id }, name: label("SPC", spec.number) },
    ...tasks.flatMap((task): readonly NamedScope[] => [
      { scope: { kind: "task", of: task.id }, name: label("TSK", task.number) },
      ...attempts
        .filter((attempt) => attempt.taskId === task.id)
        .flatMap((attempt) => {
          const name = `${label("TSK", task.number)}.${attempt.number}`;
          const judging = validations.filter(({ judges }) => judges === attempt.id);
          return [
            { scope: { kind: "attempt", of: attempt.id } as const, name },
            ...judging.map(({ id, number }) => ({
              scope: { kind: "attempt", of: id } as const,
              name: `${name} validation ${number}`,
            })),
          ];
        }),
    ]),
    { scope: { kind: "day", of: day }, name: day },
  ];
  const lines = await parts.budgets.linesOf(named.map(({ scope }) => scope));
  return {
    spec: label("SPC", spec.number),
    pausedReason: spec.pausedReason,
    prices: priceTableVersion,
    scopes: named.flatMap(({ scope, name }) => {
      const own = lines.filter((line) => line.kind === scope.kind && line.of === scope.of);
      const [usd, tokens] = [
        own.find((line) => line.unit === "usd_micros"),
        own.find((line) => line.unit === "tokens"),
      ];
      if (usd === undefined || tokens === undefined) return [];
      return [{ kind: scope.kind, name, usd: lineView(usd, microsPerUsd), tokens: lineView(tokens, 1) }];
    }),
  };
}

function lineView(line: BudgetLine, per: number): BudgetLineView {
  const { cap, settled, reserved, overrun } = line;
  return { cap: cap === null ? null : cap / per, used: settled / per, held: reserved / per, overrun: overrun / per };
}
