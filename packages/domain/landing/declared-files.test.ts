import { describe, expect, test } from "vitest";

import { isDeclared, isDeclaredByName } from "./declared-files.ts";

describe("isDeclared", () => {
  test.each([
    ["src/a.ts", "src/a.ts"],
    ["src/a.ts", "./src/a.ts"],
    ["src/x/a.ts", "src/"],
    ["src/x/a.ts", "src/**"],
    ["src/x/y/a.ts", "src/**/a.ts"],
    ["src/a.ts", "src/**/a.ts"],
    ["src/a.ts", "src/*.ts"],
    ["src/a.ts", "src/?.ts"],
    ["app/[id]/page.tsx", "app/[id]/page.tsx"],
    ["a+b(c).ts", "a+b(c).ts"],
  ])("%s is covered by %s", (path, declaration) => {
    expect(isDeclared(path, ["other", declaration])).toBe(true);
  });

  test.each([
    ["src/a.ts", "src/b.ts"],
    ["src/x/a.ts", "src/*.ts"],
    ["src/axts", "src/a.ts"],
    ["srcs/a.ts", "src/"],
    ["lib/src/a.ts", "src/**"],
  ])("%s is not covered by %s", (path, declaration) => {
    expect(isDeclared(path, [declaration])).toBe(false);
  });
});

test("only a name in full declares a sensitive file", () => {
  expect(isDeclaredByName(".npmrc", ["./.npmrc"])).toBe(true);
  expect(isDeclaredByName(".npmrc", ["**", "*"])).toBe(false);
});
