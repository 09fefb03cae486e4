import { z } from "zod";

const line = z.string().min(3).max(500);

/** What PRD gives: what is wanted and for whom, before how. */
export const prdSchema = z.object({
  title: z.string().min(3).max(80).describe("Title of the feature in plain words, at most 80 characters"),
  problem: z.string().min(20).max(2000).describe("What is missing or wrong now, and for whom"),
  goals: z.array(line).min(1).max(6).describe("What is true when the feature is there, each observable"),
  users: z
    .array(z.object({ name: z.string().min(2).max(80), need: line }))
    .min(1)
    .max(6),
  stories: z
    .array(
      z.object({
        id: z.string().max(10).describe("US-1, US-2, …"),
        text: z.string().min(10).max(400).describe("As a <role>, I want <what>, so that <benefit>"),
        priority: z.enum(["must", "should"]),
      }),
    )
    .min(1)
    .max(15),
  scopeIn: z.array(line).min(1).max(15),
  scopeOut: z.array(line).max(15).describe("What somebody could expect and will not get"),
  constraints: z.array(line).max(10).describe("What the repository or the request demands of any solution"),
  risks: z.array(z.object({ risk: line, answer: line })).max(6),
  assumptions: z.array(z.string().max(500)).max(10).describe("What was assumed because the request did not say"),
  questions: z
    .array(
      z.object({
        text: z.string().min(5).max(300).describe("One question a person can answer in a sentence"),
        why: z.string().min(5).max(300).describe("What must-requirement would be another one, and how"),
        proposal: z.string().min(1).max(300).describe("The answer that is taken when nobody answers"),
      }),
    )
    .max(5)
    .describe("Only what would change a must-requirement; none is best"),
});
export type PrdOutput = z.infer<typeof prdSchema>;
