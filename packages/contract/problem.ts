import { z } from "zod";

/** What went wrong, for a program to branch on: the kinds of a domain fault, and what only a door can refuse. */
export const problemKinds = [
  "not-found",
  "illegal-move",
  "stale",
  "denied",
  "limit",
  "invalid",
  "unavailable",
  "ambiguous",
  "unauthenticated",
  "malformed",
  "bug",
] as const;
export type ProblemKind = (typeof problemKinds)[number];

/** The media type of every answer that is not a success (RFC 9457). */
export const problemContentType = "application/problem+json";

/** Every answer of the API that is not a success. `title` and `detail` are sentences for a person. */
export const problemSchema = z
  .object({
    type: z.string().describe("urn:omoios:problem:<kind>"),
    kind: z.enum(problemKinds),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe("Path of the request"),
    retryable: z.boolean().describe("True when the same request may succeed later without anybody changing anything"),
    fixes: z.array(z.string()).describe("What the person can do about it, one line each"),
    problems: z
      .array(z.object({ at: z.string(), message: z.string(), fix: z.string().optional() }))
      .describe("Every single thing that is wrong with the input"),
    choices: z
      .array(z.object({ id: z.string(), project: z.object({ id: z.string(), name: z.string(), source: z.string() }) }))
      .describe("What an ambiguous label may mean; say which with ?project="),
  })
  .meta({ id: "Problem" });
export type ProblemDocument = z.infer<typeof problemSchema>;
