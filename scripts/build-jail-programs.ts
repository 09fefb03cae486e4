import { mkdir, glob, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");

interface Program {
  readonly source: string;
  readonly compiled: string;
}

/**
 * Compiles the programs that run inside jails, where neither our packages nor type stripping can be counted on:
 * `packages/adapters/<x>/program/<name>.ts` becomes `packages/adapters/<x>/dist/<name>.mjs`, and so do the names by which
 * such files import each other. Only what is missing or older than its source is compiled. Returns the paths written.
 */
export async function buildJailPrograms(from = root): Promise<readonly string[]> {
  const stale: Program[] = [];
  for await (const path of glob("packages/adapters/*/program/*.ts", { cwd: from })) {
    if (path.endsWith(".test.ts")) continue;
    const source = join(from, path);
    const compiled = join(dirname(source), "../dist", `${basename(path, ".ts")}.mjs`);
    if (await isStale(source, compiled)) stale.push({ source, compiled });
  }
  for (const program of stale) await compile(program);
  return stale.map(({ compiled }) => compiled);
}

async function isStale(source: string, compiled: string): Promise<boolean> {
  try {
    const [from, to] = await Promise.all([stat(source), stat(compiled)]);
    return from.mtimeMs > to.mtimeMs;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    throw error;
  }
}

/** Imported only here: a start with nothing stale does not pay for loading the compiler. */
async function compile({ source, compiled }: Program): Promise<void> {
  const { default: ts } = await import("typescript");
  const text = await readFile(source, "utf8");
  const { outputText } = ts.transpileModule(text, {
    fileName: source,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
    },
  });
  await mkdir(dirname(compiled), { recursive: true });
  const unfinished = `${compiled}.${process.pid}`;
  await writeFile(unfinished, outputText.replaceAll(/( from "\.\/[\w-]+)\.ts";/gu, '$1.mjs";'));
  await rename(unfinished, compiled);
}

if (import.meta.main) {
  const startedAt = performance.now();
  const written = await buildJailPrograms();
  const names = written.map((path) => basename(path)).join(", ");
  if (written.length > 0) console.log(`built ${names} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
