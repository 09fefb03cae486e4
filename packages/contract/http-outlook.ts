import { z } from "zod";
import { budgetSchema } from "./http-budget.ts";

/** What a run is about to be asked with; the rest of it is the installation's. */
export const runOutlookQuerySchema = z.strictObject({
  repository: z.string().min(1).describe("Absolute path of the git repository on the server's machine"),
  base: z.string().min(1).optional().describe("Branch to build on; default the one checked out"),
  agent: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  usd: z
    .union([z.literal("none"), z.coerce.number().min(0)])
    .optional()
    .describe("A cap in US dollars, or none; without any cap: the installation's"),
  tokens: z.coerce.number().int().min(0).optional().describe("A cap in tokens"),
});

const modelUseSchema = z.object({
  id: z.string(),
  key: z.string().nullable().describe("The variable its key is in; null when it needs none, or cannot be used"),
  usable: z.boolean().describe("False: problems says why"),
});
export type ModelUse = z.infer<typeof modelUseSchema>;

/** What a run would work with and may cost, before it is requested. Nothing is stored or started for it. */
export const runOutlookSchema = z
  .object({
    repository: z
      .object({
        path: z.string(),
        branch: z.string(),
        commit: z.string(),
        uncommitted: z.int().describe("Files that are not committed, which the run does not see"),
      })
      .nullable(),
    agent: z
      .object({
        id: z.string(),
        installed: z.boolean(),
        version: z.string().nullable().describe("Null where it has none"),
        models: z.array(modelUseSchema).describe("What it asks; none for an agent that asks no model"),
      })
      .nullable(),
    model: modelUseSchema.describe("Plans and judges"),
    budget: budgetSchema,
    cost: z.object({
      kind: z.enum(["nothing", "capped", "open", "unknown"]),
      usd: z.number().nullable().describe("The most it can cost, when a cap says so"),
      unpriced: z.array(z.string()).describe("Models nobody said the price of"),
    }),
    problems: z
      .array(z.object({ at: z.string(), message: z.string(), fix: z.string().optional() }))
      .describe("Everything that keeps the run from starting"),
  })
  .meta({ id: "RunOutlook" });
export type RunOutlook = z.infer<typeof runOutlookSchema>;
