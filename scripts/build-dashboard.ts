import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { glob, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** What the pages are made of: their own files, what they import of ours, and the versions of everything else. */
const sources = ["apps/dashboard/**/*", "packages/{contract,domain}/**/*.ts", "package-lock.json"];
const notSources = ["/node_modules/", "/dist", ".test.ts", ".testsuite.ts", ".md"];

/** Where the pages lie once they are built, and the digest of what they were built from. */
const built = join(root, "apps/dashboard/dist");
const seal = ".built-from";

/** Builds the dashboard unless it is there and was built from exactly these sources. Returns whether it was built now. */
export async function buildDashboard(say: (line: string) => void): Promise<boolean> {
  const digest = await digestOfSources();
  if ((await sealOf(built)) === digest) return false;
  const startedAt = performance.now();
  await build(digest);
  say(`Built the dashboard (${((performance.now() - startedAt) / 1000).toFixed(1)} s).`);
  return true;
}

/** In a process of its own: bundling takes half a gigabyte, which whoever asked for it would keep. */
async function build(digest: string): Promise<void> {
  const unfinished = `${built}.${process.pid}`;
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const options = ["--configLoader", "native", "--logLevel", "warn", "--emptyOutDir", "--outDir", unfinished];
  try {
    // The same files whoever builds: a test runner sets another NODE_ENV. A cache would be left in the folder for
    // temporary files.
    const env = { ...process.env, NODE_ENV: "production", NODE_DISABLE_COMPILE_CACHE: "1" };
    const environment = { cwd: root, env };
    await execute(process.execPath, [vite, "build", "apps/dashboard", ...options], environment);
    await writeFile(join(unfinished, seal), digest);
    await putInPlace(unfinished, built);
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : "";
    throw new Error(`The dashboard could not be built; after npm ci this is a bug of OmoiOS\n${said}`, { cause });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function digestOfSources(): Promise<string> {
  const paths: string[] = [];
  for await (const entry of glob(sources, { cwd: root, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !notSources.some((part) => path.slice(root.length).includes(part))) paths.push(path);
  }
  const hash = createHash("sha256");
  for (const path of paths.toSorted()) {
    hash.update(`${path.slice(root.length)}\n`).update(
      createHash("sha256")
        .update(await readFile(path))
        .digest(),
    );
  }
  return hash.digest("hex");
}

/**
 * Moves a finished folder to where it is looked for. Of several that were built from the same sources at once the first
 * one stays: whoever has begun to read it goes on undisturbed.
 */
export async function putInPlace(finished: string, place: string): Promise<void> {
  const own = await sealOf(finished);
  const former = `${finished}.former`;
  while ((await sealOf(place)) !== own) {
    try {
      await unlessGone(rename(place, former));
      await rename(finished, place);
    } catch (error) {
      // Another one came in between; the next look says whether it is as good as ours.
      if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) throw error;
    } finally {
      await rm(former, { recursive: true, force: true });
    }
  }
}

async function sealOf(folder: string): Promise<string | null> {
  return unlessGone(readFile(join(folder, seal), "utf8"));
}

async function unlessGone<Value>(looking: Promise<Value>): Promise<Value | null> {
  try {
    return await looking;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

if (import.meta.main) await buildDashboard(console.log);
