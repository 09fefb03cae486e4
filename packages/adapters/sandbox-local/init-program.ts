import { readFile, stat } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { isAbsent } from "./absent-file.ts";

/**
 * The text of the jail's init: the compiled program, or, in a checkout where that is missing or older than its source,
 * the source with its types stripped.
 */
export async function readInitProgram(): Promise<string> {
  const source = fileURLToPath(new URL("./program/init.ts", import.meta.url));
  const compiled = fileURLToPath(new URL("./dist/init.mjs", import.meta.url));
  const [sourceAt, compiledAt] = await Promise.all([changedAt(source), changedAt(compiled)]);
  const isFresh = compiledAt !== null && (sourceAt === null || compiledAt >= sourceAt);
  return isFresh ? await readFile(compiled, "utf8") : stripTypeScriptTypes(await readFile(source, "utf8"));
}

async function changedAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
