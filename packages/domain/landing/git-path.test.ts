import { posix } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { gitFileOf, isGitFolder, linkProblem } from "./git-path.ts";

describe("isGitFolder", () => {
  test.each([
    ".git",
    ".GIT",
    ".Git ",
    ".git...",
    ".git. .",
    ".git::$INDEX_ALLOCATION",
    ".git:x",
    "git~1",
    "GIT~12",
    ".g\u200Cit",
    "\uFEFF.git",
    ".gi\u202Et",
  ])("knows %j", (name) => {
    expect(isGitFolder(name)).toBe(true);
  });

  test.each(["git", ".github", ".gitignore", "git~", "x.git", ".gitx", "a git~1"])("leaves %j alone", (name) => {
    expect(isGitFolder(name)).toBe(false);
  });
});

describe("gitFileOf", () => {
  test.each([
    [".gitmodules", ".gitmodules", false],
    [".GitModules", ".gitmodules", true],
    ["GITMOD~1", ".gitmodules", true],
    ["gi7eba~1", ".gitmodules", true],
    [".gitattributes.", ".gitattributes", true],
    ["gitatt~2", ".gitattributes", true],
    [".gitignore", ".gitignore", false],
    [".mail\u200Dmap", ".mailmap", true],
  ])("takes %j for %s", (component, name, disguised) => {
    expect(gitFileOf(component)).toEqual({ name, disguised });
  });

  test("knows nothing else", () => {
    expect(gitFileOf("README.md")).toBeNull();
  });
});

describe("linkProblem", () => {
  test.each([
    ["a", "b"],
    ["a", "./b/c"],
    ["a/b/c", "../../d"],
    ["a/b", ".."],
    ["a/b", "../.github/x"],
  ])("%s may point to %s", (path, target) => {
    expect(linkProblem(path, target)).toBeNull();
  });

  test.each([
    ["a", null, "longer"],
    ["a", "", "nowhere"],
    ["a", "/etc/passwd", "absolute"],
    ["a", "\\\\host\\share", "absolute"],
    ["a", "C:\\x", "absolute"],
    ["a", "..", "out of the tree"],
    ["a/b", "../../x", "out of the tree"],
    ["a/b", "..\\..\\x", "out of the tree"],
    ["a/b/c", "d/../../x", "goes up again"],
    ["a", ".git/config", "repository itself"],
    ["a/b", "../.GIT", "repository itself"],
  ])("%s may not point to %j: %s", (path, target, why) => {
    expect(linkProblem(path, target)).toContain(why);
  });

  test("an accepted link stays in the tree, whatever other accepted links are in it", () => {
    const names = fc.constantFrom("a", "b", "c");
    const target = fc
      .array(fc.oneof(names, fc.constant(".."), fc.constant(".")), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join("/"));
    const links = fc.dictionary(
      fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
      target,
      { maxKeys: 6 },
    );
    fc.assert(
      fc.property(links, (all) => {
        const accepted = new Map(Object.entries(all).filter(([path, to]) => linkProblem(path, to) === null));
        for (const [path, to] of accepted)
          expect(follow(posix.join(posix.dirname(path), "."), to, accepted)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** Follows a link as a kernel does, one component at a time; false when it leaves the tree. */
function follow(folder: string, target: string, links: ReadonlyMap<string, string>): boolean {
  let at = folder === "." ? [] : folder.split("/");
  const todo = target.split("/");
  for (let steps = 0; todo.length > 0 && steps < 40; steps++) {
    const part = todo.shift();
    if (part === undefined || part === "." || part === "") continue;
    if (part === "..") {
      if (at.length === 0) return false;
      at = at.slice(0, -1);
      continue;
    }
    const next = links.get([...at, part].join("/"));
    if (next === undefined) at = [...at, part];
    else todo.unshift(...next.split("/"));
  }
  return true;
}
