import { projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import { budgetSchema, budgetViewSchema, type Budget } from "@omoios/contract/http-budget";
import type { BudgetCaps } from "@omoios/domain/budget/budget-scope";
import { microsPerUsd } from "@omoios/domain/budget/money";
import { budgetView } from "@omoios/engine/queries/budget-view";
import { findSpec } from "@omoios/engine/queries/references";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

const path = "/api/v1/specs/:id/budget";
const one = { params: referenceSchema, querystring: projectQuerySchema, tags: ["specs"] } as const;

/** What a spec may use: look, and set. */
export function addBudgetRoutes(api: Api, parts: ApiParts): void {
  const { reads, commands } = parts;
  api.get(
    path,
    {
      config: { permission: "read" },
      schema: { ...one, summary: "What a spec has used of its budget", response: { 200: budgetViewSchema } },
    },
    async ({ params, query }) => budgetView(reads, await findSpec(reads, { ...params, ...query })),
  );
  api.post(
    path,
    {
      config: { permission: "run" },
      schema: {
        ...one,
        summary: "Set the budget of a spec",
        description: "A spec that was stopped by its budget goes on.",
        body: budgetSchema,
        response: { 200: budgetViewSchema },
      },
    },
    async ({ params, query, body }) => {
      const { id } = await findSpec(reads, { ...params, ...query });
      return budgetView(reads, await commands.setBudget({ specId: id, caps: capsOf(body) }));
    },
  );
}

/** Caps as they are counted. */
export function capsOf({ usd, tokens }: Budget): BudgetCaps {
  return { usdMicros: usd === null ? null : Math.round(usd * microsPerUsd), tokens };
}
