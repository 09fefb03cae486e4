import { z } from "zod";
import { verdictsSchema } from "./verdicts.ts";

// Refined, not a pattern: providers that enforce a schema refuse patterns that look ahead.
const isBelowTree = (path: string): boolean => path !== "" && !path.startsWith("/") && !path.split("/").includes("..");

/** No program can be given a NUL: an answer that has one is sent back, before anything is run. */
const holdsNoNul = (text: string): boolean => !text.includes("\0");
const nul = "holds a NUL character";

/** A command the validator wants to see run on the candidate. */
export const validatorCommandSchema = z.object({
  argv: z
    .array(z.string().min(1).max(4000).refine(holdsNoNul, nul))
    .min(1)
    .max(40)
    .describe("Program and arguments; no shell unless you name one"),
  directory: z
    .string()
    .max(400)
    .refine(isBelowTree, "is not a folder below the tree")
    .refine(holdsNoNul, nul)
    .default(".")
    .describe("Where, below the tree"),
  why: z.string().min(1).max(300).describe("What it would show"),
});
export type ValidatorCommand = z.infer<typeof validatorCommandSchema>;

/** One turn of the validator: commands it wants run first, or its verdicts. While it asks, no verdict counts. */
export const validatorAnswerSchema = verdictsSchema.extend({
  commands: z.array(validatorCommandSchema).max(8).default([]).describe("Empty once you give your verdicts"),
});
export type ValidatorAnswer = z.infer<typeof validatorAnswerSchema>;
