import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** The only places that may know the example: the command that shows it. */
const knowing = [/^apps\/cli\/demo\//u, /^apps\/cli\/commands\/demo\.ts$/u];
const isProduct = (path: string): boolean =>
  /\.(?:ts|tsx|md|sql|css|html)$/u.test(path) &&
  !/(?:^|\/)(?:node_modules|dist|testing)\/|\.test(?:suite)?\.tsx?$|^apps\/dashboard\/build\/|README\.md$/u.test(
    path,
  ) &&
  !knowing.some((pattern) => pattern.test(path));

const storySchema = z.object({
  model: z.object({ tasks: z.array(z.object({ tasks: z.array(z.object({ title: z.string() })) })) }),
});

test("no product file knows the demo's example: what happens there happens to everybody", async () => {
  const story = storySchema.parse(parse(await readFile(join(root, "examples/notes/settings.yaml"), "utf8")));
  const titles = story.model.tasks.flatMap(({ tasks }) => tasks.map(({ title }) => title));
  const files = (await Promise.all(["packages", "apps"].map(filesBelow))).flat().filter(isProduct);
  expect(files.length).toBeGreaterThan(300);
  const words = ["examples/notes", "note-store", "settings-store", "send-digests", ...titles];
  const told = await Promise.all(
    files.map(async (path) => {
      const text = await readFile(join(root, path), "utf8");
      return words.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`);
    }),
  );
  expect(titles).toHaveLength(7);
  expect(told.flat()).toEqual([]);
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = entries
    .filter(({ name }) => name !== "node_modules" && name !== "dist")
    .map(async (entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]));
  return (await Promise.all(found)).flat();
}
