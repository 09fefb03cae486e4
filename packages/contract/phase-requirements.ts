import { proofKinds } from "@omoios/domain/spec/plan-shape";
import { z } from "zod";

const criterion = z.object({
  id: z.string().max(20).describe("REQ-1.1, REQ-1.2, … below its requirement"),
  text: z
    .string()
    .min(10)
    .max(600)
    .describe("One observable outcome: given what, do what, see what, with concrete values"),
  proof: z
    .enum(proofKinds)
    .describe("check: a program can tell. judged: only a person can, such as how something looks"),
});

/** What REQUIREMENTS gives. */
export const requirementsSchema = z.object({
  title: z.string().min(3).max(80).describe("Title of the feature in plain words, at most 80 characters"),
  requirements: z
    .array(
      z.object({
        id: z.string().max(20).describe("REQ-1, REQ-2, …"),
        text: z
          .string()
          .min(10)
          .max(600)
          .describe("One EARS statement, for example: WHEN a user opens /health, the service SHALL answer 200"),
        priority: z.enum(["must", "should"]).describe("must: without it the feature is not what was asked for"),
        criteria: z.array(criterion).min(1).max(8),
      }),
    )
    .min(1)
    .max(20),
  assumptions: z.array(z.string().max(500)).max(10).describe("What was assumed because the request did not say"),
});
export type RequirementsOutput = z.infer<typeof requirementsSchema>;
