import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildJailPrograms } from "./build-jail-programs.ts";

let root: string;
let source: string;
let compiled: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "omoios-jail-"));
  const folder = join(root, "packages/adapters/sandbox-local");
  source = join(folder, "program/init.ts");
  compiled = join(folder, "dist/init.mjs");
  await mkdir(join(folder, "program"), { recursive: true });
  await writeFile(
    source,
    'import type { P } from "../protocol.ts";\nexport const answer = 42 as number satisfies P;\n',
  );
  await writeFile(join(folder, "program/init.test.ts"), "export {};");
});

afterEach(() => rm(root, { recursive: true, force: true }));

test("a program becomes one plain module without its types", async () => {
  expect(await buildJailPrograms(root)).toEqual([compiled]);
  expect(await readFile(compiled, "utf8")).not.toMatch(/protocol|satisfies|number/u);
  expect(await import(pathToFileURL(compiled).href)).toMatchObject({ answer: 42 });
});

test("programs of several files find each other", async () => {
  const part = join(root, "packages/adapters/sandbox-local/program/the-part.ts");
  await writeFile(part, "export const half: number = 21;\n");
  await writeFile(source, 'import { half } from "./the-part.ts";\nexport const answer = 2 * half;\n');
  await buildJailPrograms(root);
  expect(await import(pathToFileURL(compiled).href)).toMatchObject({ answer: 42 });
});

test("nothing is built again until the source is newer", async () => {
  await buildJailPrograms(root);
  expect(await buildJailPrograms(root)).toEqual([]);
  const later = new Date(Date.now() + 10_000);
  await utimes(source, later, later);
  expect(await buildJailPrograms(root)).toEqual([compiled]);
});
