import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { putInPlace } from "./build-dashboard.ts";

let root: string;
let place: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "omoios-pages-"));
  place = join(root, "dist");
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function build(by: string, from: string): Promise<string> {
  const folder = join(root, `dist.${by}`);
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "assets", "page.js"), by);
  await writeFile(join(folder, ".built-from"), from);
  return folder;
}

test("two that built the same at once both end well, and the first one's pages stay", async () => {
  await Promise.all(["a", "b", "c", "d"].map(async (by) => putInPlace(await build(by, "new"), place)));
  expect(await readFile(join(place, ".built-from"), "utf8")).toBe("new");
  const stays = await readFile(join(place, "assets", "page.js"), "utf8");
  await putInPlace(await build("late", "new"), place);
  expect(await readFile(join(place, "assets", "page.js"), "utf8")).toBe(stays);
});

test("stale pages give way, to several at once as well, and nothing of them is left", async () => {
  await putInPlace(await build("first", "old"), place);
  const folders = await Promise.all(["a", "b", "c", "d"].map(async (by) => build(by, "new")));
  await Promise.all(folders.map(async (folder) => putInPlace(folder, place)));
  expect(await readFile(join(place, ".built-from"), "utf8")).toBe("new");
  const left = (await readdir(root)).filter((name) => name !== "dist");
  expect(left.filter((name) => name.endsWith(".former"))).toEqual([]);
});
