import type { Problem } from "@omoios/domain/shared/fault";
import { z } from "zod";
import { nearest } from "@omoios/domain/shared/nearest-name";

/** The value, or every problem it has. */
export type Checked<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks an input against its schema; one problem for each wrong value and each unknown name. */
export function check<Schema extends z.ZodType>(schema: Schema, input: unknown): Checked<z.infer<Schema>> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: locate(schema, result.error.issues).map(({ problem }) => problem) };
}

/** A problem and the path it is at, for who knows where in a file that is. */
export interface LocatedProblem {
  readonly path: readonly PropertyKey[];
  readonly problem: Problem;
}

/** Every problem of an input; empty when it is right. */
export function findProblems(schema: z.ZodType, input: unknown): readonly LocatedProblem[] {
  const result = schema.safeParse(input, { reportInput: true });
  return result.success ? [] : locate(schema, result.error.issues);
}

function locate(schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): readonly LocatedProblem[] {
  return issues.flatMap((issue): readonly LocatedProblem[] => {
    const { path } = issue;
    if (issue.code !== "unrecognized_keys")
      return [{ path, problem: { at: pathText(path), message: issueText(issue) } }];
    const known = namesAt(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: unknownName([...path, key], nearest(key, known)),
    }));
  });
}

function unknownName(path: readonly PropertyKey[], meant: string | null): Problem {
  const problem = { at: pathText(path), message: "is not a known name" };
  return meant === null ? problem : { ...problem, fix: `Did you mean ${pathText([...path.slice(0, -1), meant])}?` };
}

/** The names an object of the schema has at a path; empty where the schema does not fix them. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const inner = unwrapped(schema);
  const [first, ...rest] = path;
  if (first === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  if (inner instanceof z.ZodArray) return namesAt(inner.element as z.ZodType, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  const member: unknown = inner.shape[String(first)];
  return member instanceof z.ZodType ? namesAt(member, rest) : [];
}

/** The schema below defaults and `null`. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const wrapped =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional;
  return wrapped ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

/** `scheduler.slots`, `agent[0].task`. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${String(part)}]` : `.${String(part)}`)).join("");
  return text === "" ? "(all of it)" : text.replace(/^\./u, "");
}

function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is missing: ${article(issue.expected)}`
        : `has to be ${article(issue.expected)}`;
    case "invalid_value":
      return `has to be one of: ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.message.startsWith("Too small") ? `is too small: at least ${String(issue.minimum)}` : issue.message;
    case "too_big":
      return issue.message.startsWith("Too big") ? `is too big: at most ${String(issue.maximum)}` : issue.message;
    default:
      return issue.message;
  }
}

function article(expected: string): string {
  const word = expected === "int" ? "whole number" : expected === "record" ? "mapping" : expected;
  return /^[aeiou]/u.test(word) ? `an ${word}` : `a ${word}`;
}
