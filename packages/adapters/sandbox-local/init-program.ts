import { readFile, readdir, stat } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { isAbsent } from "./absent-file.ts";

const sources = join(import.meta.dirname, "program");
const compiled = join(import.meta.dirname, "dist");

/** A file of the jail's init: its name in the jail and its text. */
export interface InitFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The files of the jail's init: the compiled ones, or, in a checkout where one is missing or older than its source, that
 * source with its types stripped.
 */
export async function readInitProgram(): Promise<readonly InitFile[]> {
  const names = (await readdir(sources)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  return await Promise.all(names.map(async (name) => await readInitFile(name)));
}

async function readInitFile(source: string): Promise<InitFile> {
  const name = source.replace(/\.ts$/, ".mjs");
  const [sourceAt, compiledAt] = await Promise.all([changedAt(join(sources, source)), changedAt(join(compiled, name))]);
  const isFresh = compiledAt !== null && sourceAt !== null && compiledAt >= sourceAt;
  if (isFresh) return { name, text: await readFile(join(compiled, name), "utf8") };
  const stripped = stripTypeScriptTypes(await readFile(join(sources, source), "utf8"));
  return { name, text: stripped.replaceAll(/( from "\.\/[\w-]+)\.ts";/g, '$1.mjs";') };
}

async function changedAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
