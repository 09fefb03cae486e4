import { z } from "zod";

const line = z.string().min(1).max(400);
const path = z.string().min(1).max(300);
const testCommand = z.object({ command: line, directory: z.string().max(300).default("."), proves: line });
const place = z.object({ path, why: line });

/** What an agent that explores a repository hands in, as JSON. */
export const explorationSchema = z.object({
  summary: z.string().min(20).max(2000),
  languages: z.array(line).max(12),
  packageManager: line.nullable(),
  testCommands: z.array(testCommand).max(10),
  conventions: z.array(line).max(20),
  entryPoints: z.array(place).max(15),
  files: z.array(place).max(40),
  risks: z.array(line).max(12),
  instructions: z.string().max(4000).default(""),
});
export type ExplorationAnswer = z.infer<typeof explorationSchema>;

const verified = { verified: z.boolean().describe("Whether code found it as the agent says") };

/** The answer with each claim code can check marked. */
const exploredSchema = explorationSchema.extend({
  testCommands: z.array(testCommand.extend(verified)),
  entryPoints: z.array(place.extend(verified)),
  files: z.array(place.extend(verified)),
});

/** What EXPLORE gives. overview: what code could read. agent: that, and what an agent found out in a read-only sandbox. */
export const exploreSchema = z.object({
  source: z.enum(["overview", "agent"]),
  text: z.string(),
  /** The exploration it comes from, for example XPL-1. */
  exploration: z.string().nullable().default(null),
  explored: exploredSchema.nullable().default(null),
  /** Why there is only the overview, or what of the agent's answer did not hold. */
  findings: z.array(z.string()).default([]),
});
export type ExploreOutput = z.infer<typeof exploreSchema>;

export type ExplorationReading =
  | { readonly ok: true; readonly value: ExplorationAnswer }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads an agent's last words: the JSON alone, in a fenced block, or between other words. */
export function readExploration(text: string): ExplorationReading {
  const fenced = /```(?:json)?\s*\n([^]*?)\n\s*```/u.exec(text)?.[1];
  const braces = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  const json = [text, fenced ?? "", braces].map(parseJson).find((value) => value !== undefined);
  if (json === undefined) return { ok: false, problems: ["There is no JSON object in it"] };
  const read = explorationSchema.safeParse(json);
  if (read.success) return { ok: true, value: read.data };
  return {
    ok: false,
    problems: read.error.issues.slice(0, 20).map((issue) => `${issue.path.join(".") || "The whole"}: ${issue.message}`),
  };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
