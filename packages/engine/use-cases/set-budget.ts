import type { BudgetCaps } from "@omoios/domain/budget/budget-scope";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ModelPrice } from "@omoios/domain/budget/price-table";
import type { Spec } from "@omoios/domain/spec/spec";
import type { BudgetStore } from "../ports/budget-store.ts";
import { resumeSpec, type DecideParts } from "./decide-tasks.ts";

export interface SetBudgetParts extends DecideParts {
  readonly budgets: BudgetStore;
  readonly priceOf: (model: string) => ModelPrice | null;
}

/** Sets what a spec may use. One that was stopped by its budget goes on; what is left too little stops it again. */
export async function setBudget(
  parts: SetBudgetParts,
  { specId, caps }: { readonly specId: string; readonly caps: BudgetCaps },
): Promise<Spec> {
  const spec = await parts.specs.get(specId);
  const { model } = spec.settings;
  if (caps.usdMicros !== null && parts.priceOf(model) === null) {
    const problem = {
      at: "usd",
      message: `cannot hold the model ${model}: its price is not known`,
      fix: `Cap tokens in place of money, or set models.prices for ${model} in config.yaml`,
    };
    throw new FaultError({ kind: "invalid", message: "This budget cannot be set", problems: [problem] });
  }
  await parts.database.transaction((tx) => parts.budgets.setCaps(tx, { kind: "spec", of: specId }, caps));
  return spec.pausedBy === "budget" ? resumeSpec(parts, { specId }) : spec;
}
