import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBrokenLinks } from "./broken-links.ts";
import { findClockReads } from "./domain-purity.ts";
import { findEmptyNames } from "./file-names.ts";
import { findSizeListFaults, judgeEntry } from "./size-exceptions.ts";
import { findStatusWrites } from "./status-writes.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "omoios-house-"));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

test("a domain file may make a date from an instant, but not ask what time it is", async () => {
  await put(
    "packages/domain/a.ts",
    "export const later = (ms: number) => new Date(ms);\nexport const now = new Date();\nDate();",
  );
  await put("packages/domain/a.test.ts", "export const now = new Date();");
  expect(await findClockReads(root)).toEqual([
    "packages/domain/a.ts:2 reads the clock: take the time as an argument",
    "packages/domain/a.ts:3 reads the clock: take the time as an argument",
  ]);
});

test.each([
  'db.updateTable("task").set({ status: "ready" });',
  'db.updateTable("task").set("state", "ready");',
  "sql`UPDATE task SET status = ${next} WHERE id = ${id}`;",
  'run("update task set version = version + 1, status = $1");',
  'db.insertInto("task").values(row).onConflict((c) => c.doUpdateSet({ status: "ready" }));',
])("outside the stores this writes a state: %s", async (source) => {
  await put("packages/engine/use-cases/cheat.ts", source);
  await put("packages/adapters/postgres/tasks.ts", source);
  expect(await findStatusWrites(root)).toEqual([expect.stringMatching(/^packages\/engine\/use-cases\/cheat\.ts:1 /u)]);
});

test.each([
  'new Map().set("status", "ready");',
  'db.updateTable("task").set({ title: "x" }).where("status", "=", "ready");',
  'run("update slot set attempt = $1 where status = $2");',
])("this writes no state: %s", async (source) => {
  await put("packages/engine/use-cases/fine.ts", source);
  expect(await findStatusWrites(root)).toEqual([]);
});

test("names that say nothing are found in files and folders", async () => {
  for (const path of ["engine/utils.ts", "engine/helpers/clock.ts", "engine/types.test.ts", "engine/clock-helpers.ts"])
    await put(`packages/${path}`, "");
  const found = await findEmptyNames(root);
  expect(found.map((finding) => finding.split(":")[0])).toEqual([
    "packages/engine/helpers/clock.ts",
    "packages/engine/types.test.ts",
    "packages/engine/utils.ts",
  ]);
});

test("an exception that grew, and one that is not needed any more, are found", () => {
  const entry = { path: "a.ts", maxLines: 400, maxFunctionLines: 60, reason: "" };
  expect(judgeEntry(entry, { lines: 400, functionLines: 60 })).toEqual([]);
  expect(judgeEntry(entry, { lines: 401, functionLines: 61 })).toHaveLength(2);
  expect(judgeEntry(entry, { lines: 300, functionLines: 60 })).toEqual([expect.stringContaining("within the limits")]);
});

test("the list and the linter's override name the same files", async () => {
  await put("scripts/size-exceptions.json", "[]");
  await put(".oxlintrc.json", '{ "overrides": [{ "files": ["b.ts"], "rules": { "max-lines": "off" } }] }');
  expect(await findSizeListFaults(root)).toEqual([expect.stringContaining("b.ts: excused in .oxlintrc.json")]);
});

test("a link needs its file and its heading; addresses and code are left alone", async () => {
  await put("docs/a.md", "# One `two`!\n\n## One two\n\n```md\n[code](missing.md)\n```\n\n`[also](missing.md)`\n");
  const links = [
    "docs/a.md#one-two",
    "docs/a.md#one-two-1",
    "https://example.com/#x",
    "#here",
    "docs/b.md",
    "docs/a.md#two",
  ];
  await put("README.md", `# Here\n${links.map((target) => `[x](${target})`).join("\n")}\n`);
  expect(await findBrokenLinks(root)).toEqual([
    "README.md:6 links to docs/b.md: there is no such file",
    "README.md:7 links to docs/a.md#two: it has no such heading",
  ]);
});
