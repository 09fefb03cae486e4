import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { scenarioSchema, type Scenario } from "@omoios/contract/scenario";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { oneLine } from "@omoios/domain/shared/plain-text";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";

const mostProblems = 10;
/** A message quotes the file, which may be any file: a few words of it are enough. */
const longestMessage = 160;

/** Reads the script of a scripted run. Every mistake in it is listed at once, each with its line. */
export async function readScenario(path: string, cwd: string): Promise<Scenario> {
  const file = resolve(cwd, path);
  const lines = new LineCounter();
  const document = parseDocument(await readText(file), { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map((error) => ({
    at: place(file, lines.linePos(error.pos[0]).line),
    message: oneLine(error.message, longestMessage),
  }));
  if (syntax.length > 0) throw refused(file, syntax);
  const parsed = scenarioSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw refused(
    file,
    parsed.error.issues.flatMap(leaves).map((issue) => ({
      at: place(file, lineOf(document, issue.path, lines)),
      message: oneLine(`${issue.path.join(".") || "the file"}: ${issue.message}`, longestMessage),
    })),
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const message = `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    const problem = { at: "--scenario", message, fix: "Name a YAML file; examples/ has some" };
    throw new FaultError(
      { kind: "invalid", message: "There is no scenario to play", problems: [problem] },
      { cause: error },
    );
  }
}

interface Leaf {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A step fits none of many shapes: what is wrong with the nearest of them says more than "invalid input". */
function leaves(issue: z.core.$ZodIssue): readonly Leaf[] {
  if (issue.code !== "invalid_union") return [{ path: issue.path, message: issue.message }];
  const shapes = issue.errors.filter((errors) => !errors.some((error) => error.code === "unrecognized_keys"));
  const nearest = shapes.toSorted((a, b) => a.length - b.length)[0];
  if (nearest === undefined || shapes.length === issue.errors.length) {
    return [
      { path: issue.path, message: "is no step: write, replace, append, remove, run, say, wait, hang, fail or submit" },
    ];
  }
  return nearest.map((error) => ({ path: [...issue.path, ...error.path], message: error.message }));
}

function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function place(file: string, line: number): string {
  return `${file}:${line}`;
}

/** A file that is something else altogether has a mistake on every line: the first ones say that as well. */
function refused(file: string, problems: readonly Problem[]): FaultError {
  const more = problems.length - mostProblems;
  const rest = more > 0 ? [{ at: file, message: `and ${more} more mistakes` }] : [];
  return new FaultError({
    kind: "invalid",
    message: `${file} is not a scenario`,
    problems: [...problems.slice(0, mostProblems), ...rest],
  });
}
