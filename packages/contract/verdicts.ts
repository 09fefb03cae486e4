import { z } from "zod";

/** What the validator answers: one verdict per criterion, each citing evidence by the short names it was shown. */
export const verdictsSchema = z.object({
  verdicts: z.array(
    z.object({
      criterion: z.string().describe("Label of the criterion, exactly as shown"),
      met: z.boolean(),
      confidence: z.number().min(0).max(1),
      evidence: z.array(z.string()).describe("Names of the evidence that shows it, for example E1"),
      reasoning: z.string().min(1).max(2000),
    }),
  ),
});
export type Verdicts = z.infer<typeof verdictsSchema>;
