import { budgetKinds } from "@omoios/domain/budget/budget-scope";
import { z } from "zod";

const usd = z.number().min(0).max(1_000_000).nullable().default(null).describe("US dollars; null: no cap");
const tokens = z.int().min(0).max(1_000_000_000_000).nullable().default(null).describe("Tokens; null: no cap");

/** The most a spec may use. A model without a known price can only be held by tokens. */
export const budgetSchema = z.strictObject({ usd, tokens }).meta({ id: "Budget" });
export type Budget = z.infer<typeof budgetSchema>;

const lineSchema = z.object({
  cap: z.number().nullable().describe("Null: no cap"),
  used: z.number(),
  held: z.number().describe("Reserved for calls in flight"),
  overrun: z.number().describe("What a provider charged beyond what it was asked for"),
});
export type BudgetLineView = z.infer<typeof lineSchema>;

/** What a spec and everything it counts against have used. */
export const budgetViewSchema = z
  .object({
    spec: z.string().describe("Label, for example SPC-7"),
    pausedReason: z.string().nullable(),
    prices: z.string().describe("Version of the built-in table of list prices"),
    scopes: z.array(
      z.object({
        kind: z.enum(budgetKinds),
        name: z.string().describe("SPC-7, TSK-101, TSK-101.2 (an attempt) or a day"),
        usd: lineSchema,
        tokens: lineSchema,
      }),
    ),
  })
  .meta({ id: "BudgetView" });
export type BudgetView = z.infer<typeof budgetViewSchema>;
