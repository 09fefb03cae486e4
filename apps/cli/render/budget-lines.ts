import type { BudgetLineView, BudgetView } from "@omoios/contract/http-budget";
import { amountText, type BudgetUnit } from "@omoios/domain/budget/budget-scope";
import { microsPerUsd } from "@omoios/domain/budget/money";
import { cleanLine } from "./clean-text.ts";
import { hang, table } from "./columns.ts";
import type { ResultLayout } from "./spec-result.ts";

const kinds = { spec: "spec", task: "task", attempt: "attempt", day: "today" } as const;

/** The accounts a spec counts against: what was used, what is held for calls in flight, and the caps. */
export function budgetLines(view: BudgetView, { paint, width }: ResultLayout): readonly string[] {
  const columns = [
    { head: "ACCOUNT", flexible: true },
    { head: "SPENT" },
    { head: "CAP" },
    { head: "TOKENS" },
    { head: "CAP" },
  ];
  const rows = view.scopes.map(({ kind, name, usd, tokens }) => [
    `${kinds[kind]} ${name}`,
    used("usd_micros", usd),
    capText("usd_micros", usd),
    used("tokens", tokens).replace(" tokens", ""),
    capText("tokens", tokens).replace(" tokens", ""),
  ]);
  const paused =
    view.pausedReason === null
      ? []
      : ["", ...hang(`${paint("you", "Stopped")}  `, cleanLine(view.pausedReason), width)];
  const overrun = view.scopes.filter(({ usd }) => usd.overrun > 0);
  return [
    ...table(columns, rows, width),
    ...overrun.map(({ name, usd }) =>
      paint("watch", `${name}: a provider charged ${amount("usd_micros", usd.overrun)} beyond what it was asked for`),
    ),
    paint("quiet", `At list prices of ${view.prices} and models.prices of the configuration`),
    ...paused,
  ];
}

function used(unit: BudgetUnit, line: BudgetLineView): string {
  const held = line.held === 0 ? "" : ` (+${amount(unit, line.held)} held)`;
  return `${amount(unit, line.used)}${held}`;
}

function capText(unit: BudgetUnit, line: BudgetLineView): string {
  return line.cap === null ? "none" : amount(unit, line.cap);
}

function amount(unit: BudgetUnit, value: number): string {
  return amountText(unit, unit === "usd_micros" ? Math.round(value * microsPerUsd) : value);
}
