import { expect, test } from "vitest";
import type { Hub } from "../ports/repository.ts";
import { repositoryInstructions, repositoryOverview } from "./repository-overview.ts";

const hubOf = (files: Readonly<Record<string, string | null>>): Pick<Hub, "listFiles" | "readFiles"> => ({
  listFiles: (_commit, limit) => Promise.resolve(Object.keys(files).slice(0, limit)),
  readFiles: (_commit, paths) =>
    Promise.resolve(
      new Map(
        paths.flatMap((path): [string, string][] => {
          const text = files[path] ?? null;
          return text === null ? [] : [[path, text]];
        }),
      ),
    ),
});

const shown = (overview: string): readonly string[] =>
  Array.from(overview.matchAll(/^--- (.*)$/gmu), ([, path]) => path ?? "");

test("shows documents, one test for its form, sources from the top down, then the other tests", async () => {
  const overview = await repositoryOverview(
    hubOf({
      "README.md": "# Notes",
      "dist/notes.js": "built",
      "logo.png": null,
      "main.py": "print(1)",
      "src/deep/store.ts": "store",
      "src/empty.ts": " ",
      "src/gone.ts": null,
      "src/notes.d.ts": "types",
      "src/notes.ts": "notes",
      "test/a.test.ts": "a",
      "test/b.test.ts": "b",
    }),
    "abc",
  );
  expect(shown(overview)).toEqual([
    "README.md",
    "test/a.test.ts",
    "main.py",
    "src/notes.ts",
    "src/deep/store.ts",
    "test/b.test.ts",
  ]);
  expect(overview).toContain("logo.png");
});

test("keeps to its limits in a large repository", async () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`src/f${index}.ts`, "x".repeat(9000)]));
  const overview = await repositoryOverview(hubOf(many), "abc");
  expect(overview.length).toBeLessThan(45_000);
  expect(overview).toContain("only the first 400 are listed");
  expect(overview).toContain("cut after 8000 characters");
});

test("a repository without sources is its list of files", async () => {
  expect(await repositoryOverview(hubOf({ LICENSE: "…" }), "abc")).toBe("Files:\nLICENSE");
});

test("the instructions for agents are the first of the two files there is", async () => {
  expect(await repositoryInstructions(hubOf({ "CLAUDE.md": "read me" }), "abc")).toBe("read me");
  expect(await repositoryInstructions(hubOf({}), "abc")).toBeNull();
});
