import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installedProgram, repositoryRoot, runCommand } from "./command.ts";

/** One file that breaks a rule on purpose, and the rules that must say so. */
interface BadFile {
  readonly path: string;
  readonly source: string;
  readonly rules: readonly string[];
}

const lines = (count: number): string => Array.from({ length: count }, () => "  void 0;").join("\n");

const badFiles: readonly BadFile[] = [
  {
    path: "packages/engine/promises.ts",
    source: `
      export async function work(): Promise<number> { return 1; }
      export function floating(): void { work(); }
      export function misused(items: number[]): void { items.forEach(async () => { await work(); }); if (work()) return; }
      export async function lost(): Promise<number> { try { return work(); } finally { await work(); } }
      export function thrown(): never { throw "text"; }
      export async function pointless(): Promise<void> { await 1; }`,
    rules: [
      "typescript(no-floating-promises)",
      "typescript(no-misused-promises)",
      "typescript(return-await)",
      "typescript(only-throw-error)",
      "typescript(await-thenable)",
    ],
  },
  {
    path: "packages/engine/types-of-things.ts",
    source: `
      import { Stats } from "node:fs";
      import { join } from "path";
      export type Size = "small" | "large";
      export function exhaustive(size: Size): number { switch (size) { case "small": return 1; } return 0; }
      export const anything: any = 1;
      export const first = (list: readonly number[]): number => list[0]!;
      export const isStats = (value: Stats): boolean => value.isFile();
      export const calls = anything.some.thing();
      export const path = join("a", "b");
      export default first;
      console.log(process.env["HOME"]);
      try { join("a"); } catch {}
      export function four(a: number, b: number, c: number, d: number): number { return a + b + c + d; }
      export function wrapped(): void { try { join("a"); } catch (error) { throw new Error("lost its cause"); } }
      export function leave(): void { process.exit(1); }`,
    rules: [
      "typescript(switch-exhaustiveness-check)",
      "typescript(no-explicit-any)",
      "typescript(no-non-null-assertion)",
      "typescript(consistent-type-imports)",
      "typescript(no-unsafe-call)",
      "unicorn(prefer-node-protocol)",
      "import(no-default-export)",
      "eslint(no-console)",
      "node(no-process-env)",
      "eslint(no-empty)",
      "eslint(max-params)",
      "eslint(preserve-caught-error)",
      "eslint(no-restricted-properties)",
    ],
  },
  {
    path: "packages/engine/circle-a.ts",
    source: `import { b } from "./circle-b.ts"; export const a = (): number => b();`,
    rules: ["import(no-cycle)"],
  },
  {
    path: "packages/engine/circle-b.ts",
    source: `import { a } from "./circle-a.ts"; export const b = (): number => a();`,
    rules: [],
  },
  {
    path: "packages/engine/tooLong.ts",
    source: `export function long(): void {\n${lines(61)}\n}\n${"\n".repeat(240)}`,
    rules: ["eslint(max-lines)", "eslint(max-lines-per-function)", "unicorn(filename-case)"],
  },
  {
    path: "packages/engine/focused.test.ts",
    source: `
      import { expect, test } from "vitest";
      test.only("one", () => { expect(1).toBe(1); });
      test.skip("two", () => { expect(1).toBe(1); });`,
    rules: ["vitest(no-focused-tests)", "vitest(no-disabled-tests)"],
  },
  {
    path: "packages/domain/impure.ts",
    source: `
      export const now = Date.now();
      export const chance = Math.random();
      export const reply = fetch("http://localhost");
      export const timer = setTimeout(() => undefined, 1);
      export const where = process.cwd();`,
    rules: ["eslint(no-restricted-globals)", "eslint(no-restricted-properties)"],
  },
];

/** Files that look alike but are allowed to do what they do. */
const goodFiles: readonly { readonly path: string; readonly source: string }[] = [
  { path: "apps/cli/main.ts", source: `console.log(process.env["HOME"]); process.exit(0);` },
  { path: "apps/server/config/environment.ts", source: `export const home = process.env["HOME"];` },
  { path: "vitest.config.ts", source: `export default {};` },
  { path: "packages/engine/long.test.ts", source: `export function long(): void {\n${lines(100)}\n}` },
  { path: "packages/domain/time.test.ts", source: `export const now = Date.now();` },
];

/** One finding in oxlint's unix format: `path:line:column: message [Error/plugin(rule)]`. */
const finding = /^(?<path>[^:]+):\d+:\d+: .*\[\w+\/(?<rule>.+)\]$/u;

let folder: string;
let found: ReadonlyMap<string, readonly string[]>;

async function lint(): Promise<ReadonlyMap<string, readonly string[]>> {
  const args = ["--format=unix", "packages", "apps", "vitest.config.ts"];
  const { stdout } = await runCommand(installedProgram("oxlint"), args, folder);
  const byFile = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const { path, rule } = finding.exec(line)?.groups ?? {};
    if (path !== undefined && rule !== undefined) byFile.set(path, [...(byFile.get(path) ?? []), rule]);
  }
  return byFile;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omoios-lint-"));
  await symlink(join(repositoryRoot, "node_modules"), join(folder, "node_modules"));
  for (const name of [".oxlintrc.json", "tsconfig.json"]) await cp(join(repositoryRoot, name), join(folder, name));
  for (const { path, source } of [...badFiles, ...goodFiles]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), source);
  }
  found = await lint();
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(badFiles.filter(({ rules }) => rules.length > 0))(
  "every rule $path breaks is reported",
  ({ path, rules }) => {
    expect(found.get(path) ?? []).toEqual(expect.arrayContaining([...rules]));
  },
);

test("each impurity of a domain file is reported by itself", () => {
  const reported = (found.get("packages/domain/impure.ts") ?? []).filter((code) => code.includes("restricted"));
  expect(reported).toHaveLength(5);
});

test.each(goodFiles)("$path is allowed to do what it does", ({ path }) => {
  expect(found.get(path) ?? []).toEqual([]);
});
