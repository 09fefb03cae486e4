import fc from "fast-check";
import { expect, test } from "vitest";
import { readingKindOf, readingKinds, readingList, type ChangedFile } from "./reading-list.ts";

const file = (path: string, addedLines: number | null = 1): ChangedFile => ({
  path,
  status: "modified",
  addedLines,
  removedLines: addedLines === null ? null : 0,
});

test.each([
  ["db/migrations/0001_users.sql", "migration"],
  ["prisma/schema.prisma", "migration"],
  ["src/auth/session.ts", "access"],
  ["src/login.ts", "access"],
  ["lib/password-policy.rb", "access"],
  [".github/workflows/ci.yml", "automation"],
  [".npmrc", "automation"],
  ["Dockerfile", "automation"],
  ["package.json", "dependencies"],
  ["services/api/go.mod", "dependencies"],
  ["requirements.txt", "dependencies"],
  ["package-lock.json", "generated"],
  ["Cargo.lock", "generated"],
  ["dist/app.js", "generated"],
  ["src/api.generated.ts", "generated"],
  ["vite.config.ts", "configuration"],
  ["config/app.yaml", "configuration"],
  ["src/server.ts", "source"],
  ["src/auth/session.test.ts", "test"],
  ["tests/fixtures/package.json", "test"],
  ["README.md", "document"],
] as const)("%s is %s", (path, kind) => {
  expect(readingKindOf(path)).toBe(kind);
});

test("the riskiest first, then the largest; what git cannot count before what it can; equals by name", () => {
  const files = [
    "package-lock.json",
    "src/z.ts",
    "src/a.ts",
    "src/b.test.ts",
    "db/migrations/1.sql",
    "src/auth.ts",
  ].map((path) => file(path));
  const paths = readingList([
    ...files,
    file("src/large.ts", 900),
    file("src/y.bin", null),
    file("src/x.bin", null),
  ]).map((entry) => entry.path);
  expect(paths).toEqual([
    "db/migrations/1.sql",
    "src/auth.ts",
    "src/x.bin",
    "src/y.bin",
    "src/large.ts",
    "src/a.ts",
    "src/z.ts",
    "src/b.test.ts",
    "package-lock.json",
  ]);
});

test("every file is in the list once, in an order that does not depend on the one it came in", () => {
  const anyFile = fc.record({
    path: fc.string({ minLength: 1 }),
    status: fc.constantFrom("added" as const, "deleted" as const),
    addedLines: fc.option(fc.nat()),
    removedLines: fc.option(fc.nat()),
  });
  fc.assert(
    fc.property(fc.uniqueArray(anyFile, { selector: (one) => one.path, maxLength: 12 }), (files) => {
      const list = readingList(files);
      expect(list.map((entry) => entry.path).sort()).toEqual(files.map((one) => one.path).sort());
      expect(readingList([...files].reverse())).toEqual(list);
      const ranks = list.map((entry) => readingKinds.indexOf(entry.kind));
      expect(ranks).toEqual([...ranks].sort((left, right) => left - right));
    }),
  );
});
