import type { ModelUse, RunOutlook } from "@omoios/contract/http-outlook";
import type { CreateSpec } from "@omoios/contract/http-spec";
import { amountText } from "@omoios/domain/budget/budget-scope";
import { microsPerUsd, usdText } from "@omoios/domain/budget/money";
import { cleanLine } from "./clean-text.ts";
import { cells, truncateStart } from "./columns.ts";
import { short } from "./event-text.ts";
import { field, type StatusLayout } from "./status-lines.ts";

export interface Asked {
  readonly order: Pick<CreateSpec, "size" | "yes">;
  /** True when somebody sits at the terminal and can be asked. */
  readonly canAsk: boolean;
}

const sizes: Readonly<Record<CreateSpec["size"], string>> = {
  direct: "direct, one task",
  light: "light, one plan of several tasks",
  full: "full, seven phases",
};

/** What a run is about to work with and may cost: five lines, before anything is spent. */
export function outlookLines(outlook: RunOutlook, asked: Asked, { paint, width }: StatusLayout): readonly string[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ["from", repositoryText(outlook, width)],
    ["agent", agentText(outlook)],
    ["model", `${modelText(outlook.model)} plans and judges`],
    ["cost", costText(outlook)],
    ["plan", planText(asked)],
  ];
  return facts.flatMap(([name, text]) => (text === null ? [] : [field(name, cleanLine(text), paint)]));
}

function repositoryText({ repository }: RunOutlook, width: number): string | null {
  if (repository === null) return null;
  const { path, branch, commit } = repository;
  const from = `${cleanLine(branch)} at ${short(commit)}`;
  return `${from} in ${truncateStart(cleanLine(path), width - 17 - cells(from))}`;
}

function agentText({ agent }: RunOutlook): string | null {
  if (agent === null) return null;
  const { id, installed, version, models } = agent;
  const name = version === null ? id : `${id} ${version}`;
  const asks = models.map(modelText).join(", later ");
  return `${name}${installed ? "" : " (not installed)"}${asks === "" ? "" : ` asks ${asks}`}`;
}

/** The variable of a key is named, its value never. */
function modelText({ id, key, usable }: ModelUse): string {
  if (!usable) return `${id} (not ready)`;
  return key === null ? id : `${id} (${key} is set)`;
}

function costText({ cost, budget }: RunOutlook): string {
  const tokens = budget.tokens === null ? null : amountText("tokens", budget.tokens);
  switch (cost.kind) {
    case "nothing":
      return "nothing: no model is paid";
    case "capped":
      return `at most ${usdText((cost.usd ?? 0) * microsPerUsd)}${tokens === null ? "" : `, for ${tokens}`}`;
    case "open":
      return "no cap: what its models cost; --budget 5 holds it at 5 USD";
    case "unknown": {
      const unknown = `not known: no price for ${cost.unpriced.join(", ")}`;
      return tokens === null ? unknown : `${unknown}; at most ${tokens}`;
    }
  }
}

function planText({ order, canAsk }: Asked): string {
  const size = sizes[order.size];
  if (order.yes) return `${size}; approved as it is made`;
  return canAsk ? `${size}; you are asked before work begins` : `${size}; waits for omoios spec approve (exit 5)`;
}
