import { z } from "zod";
import { verdictsSchema } from "./verdicts.ts";

const belowTree = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/u;

/** A command the validator wants to see run on the candidate. */
export const validatorCommandSchema = z.object({
  argv: z
    .array(z.string().min(1).max(4000))
    .min(1)
    .max(40)
    .describe("Program and arguments; no shell unless you name one"),
  directory: z.string().max(400).regex(belowTree).default(".").describe("Where, below the tree"),
  why: z.string().min(1).max(300).describe("What it would show"),
});
export type ValidatorCommand = z.infer<typeof validatorCommandSchema>;

/** One turn of the validator: commands it wants run first, or its verdicts. While it asks, no verdict counts. */
export const validatorAnswerSchema = verdictsSchema.extend({
  commands: z.array(validatorCommandSchema).max(8).default([]).describe("Empty once you give your verdicts"),
});
export type ValidatorAnswer = z.infer<typeof validatorAnswerSchema>;
