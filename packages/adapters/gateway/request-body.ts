import { z } from "zod";
import { Refusal } from "./refusal.ts";

/** A request's body by its schema, with the fields that may pass; the names of the others are in `stripped`. */
export function parseRequest<Body extends object>(
  text: string,
  schema: z.ZodType<Body>,
  passed: ReadonlySet<string>,
): { readonly data: Body; readonly kept: Readonly<Record<string, unknown>>; readonly stripped: readonly string[] } {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
  const { data } = parsed;
  return {
    data,
    kept: Object.fromEntries(Object.entries(data).filter(([name]) => passed.has(name))),
    stripped: Object.keys(data).filter((name) => !passed.has(name)),
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refusal(400, `The request is not JSON: ${String(error)}`);
  }
}
