import { z } from "zod";

const line = z.string().min(3).max(600);

/** What DESIGN gives: the parts, and what passes between them. */
export const designSchema = z.object({
  approach: z.string().min(40).max(4000).describe("How it is built, and why this way in this repository"),
  components: z
    .array(
      z.object({
        id: z.string().min(1).max(40).describe("A short name in lower case"),
        path: z.string().min(1).max(300).describe("The file or directory (ending in /) it lives in"),
        isNew: z.boolean(),
        responsibility: line,
        interface: z.string().max(2000).describe("What others call: signatures, routes, events, with their types"),
        uses: z.array(z.string().max(40)).max(20).describe("Ids of the components it calls"),
        requirements: z.array(z.string().max(20)).max(20).describe("Ids of the requirements it serves"),
      }),
    )
    .min(1)
    .max(25),
  dataModels: z.array(z.object({ name: z.string().min(1).max(80), fields: line, rules: z.string().max(600) })).max(15),
  endpoints: z
    .array(z.object({ method: z.string().max(10), path: z.string().max(200), does: line, errors: line }))
    .max(30),
  errorHandling: line,
  testing: z.string().min(20).max(2000).describe("How each requirement is proven: with which runner, at which seam"),
  security: z.string().max(1000),
  decisions: z
    .array(z.object({ decision: line, instead: line, why: line }))
    .max(8)
    .describe("What else was possible"),
});
export type DesignOutput = z.infer<typeof designSchema>;
