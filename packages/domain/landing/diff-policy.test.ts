import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { judgeDiff, type DiffContext, type JudgedChange } from "./diff-policy.ts";

const change = (path: string, more: Partial<JudgedChange> = {}): JudgedChange => ({
  path,
  oldMode: "000000",
  newMode: "100644",
  linkTarget: null,
  bytes: 10,
  ...more,
});
const context = (more: Partial<DiffContext> = {}): DiffContext => ({
  declaredFiles: [],
  limits: { files: 100, bytes: 10_000 },
  changedScripts: new Map(),
  ...more,
});
const rules = (changes: readonly JudgedChange[], more: Partial<DiffContext> = {}): readonly string[] =>
  judgeDiff(changes, context(more)).map(({ severity, rule }) => `${severity} ${rule}`);

describe("judgeDiff", () => {
  test("has nothing to say about ordinary files", () => {
    expect(
      judgeDiff(
        [change("src/a.ts"), change(".gitignore"), change("docs/.gitkeep"), change(".github/ISSUE_TEMPLATE/bug.md")],
        context(),
      ),
    ).toEqual([]);
  });

  test.each([
    ["submodule", change("lib", { newMode: "160000" })],
    ["submodule", change("lib", { oldMode: "160000", newMode: "000000" })],
    ["link", change("l", { newMode: "120000", linkTarget: "/etc/passwd" })],
    ["link", change("l", { newMode: "120000", linkTarget: "../x" })],
    ["link", change("l", { newMode: "120000" })],
    ["git-name", change("a/.GIT/hooks/pre-commit")],
    ["git-name", change("a\\.git\\config")],
    ["git-name", change("git~1/config")],
    ["git-name", change(".gitmodules")],
    ["git-name", change(".gitmodules", { oldMode: "100644", newMode: "000000" })],
    ["git-name", change("x/.Gitattributes")],
    ["unsafe-path", change("a\u001B[2J")],
    ["unsafe-path", change("gpj.\u202Etxt")],
    ["unsafe-path", change("a\uFFFD")],
    ["unsafe-path", change("../a")],
  ])("refuses %s", (rule, bad) => {
    const [finding, ...rest] = judgeDiff([bad], context());
    expect(finding).toMatchObject({ severity: "refuse", rule, path: bad.path });
    expect(rest).toEqual([]);
  });

  test("allows a link that stays in the tree", () => {
    expect(rules([change("a/l", { newMode: "120000", linkTarget: "../b" })])).toEqual([]);
  });

  test("refuses more files or bytes than the limits, and names both numbers", () => {
    const found = judgeDiff([change("a"), change("b")], context({ limits: { files: 1, bytes: 19 } }));
    expect(found.map(({ rule, path, message }) => ({ rule, path, message }))).toEqual([
      { rule: "too-many-files", path: null, message: "the diff changes 2 files; the limit is 1" },
      { rule: "too-many-bytes", path: null, message: "the diff writes 20 bytes; the limit is 19" },
    ]);
    expect(rules([change("a"), change("b")], { limits: { files: 2, bytes: 20 } })).toEqual([]);
  });

  test.each([
    [".github/workflows/ci.yml", "ci"],
    [".GitHub/Workflows/ci.yml", "ci"],
    [".gitlab-ci.yml", "ci"],
    [".husky/pre-commit", "hooks"],
    ["web/.githooks/x", "hooks"],
    ["packages/a/.npmrc", "registry-config"],
    [".gitattributes", "git-attributes"],
    [".omoios.yaml", "omoios-config"],
    [".omoios/prompts/prd.md", "omoios-config"],
    [".vscode/tasks.json", "editor-tasks"],
    [".envrc", "editor-tasks"],
  ])("holds %s until the plan declares it by name", (path, rule) => {
    expect(rules([change(path)])).toEqual([`hold ${rule}`]);
    expect(rules([change(path)], { declaredFiles: ["**"] })).toEqual([`hold ${rule}`]);
    expect(rules([change(path)], { declaredFiles: [path] })).toEqual([]);
  });

  test("notes dependencies, scripts and undeclared files; a manifest is never undeclared", () => {
    const more = { declaredFiles: ["src/a.ts"], changedScripts: new Map([["package.json", ["build", "postinstall"]]]) };
    expect(
      rules([change("package.json"), change("src/a.ts"), change("src/b.ts"), change("web/pnpm-lock.yaml")], more),
    ).toEqual(["note package-scripts", "note dependencies", "note undeclared", "note dependencies"]);
    expect(judgeDiff([change("package.json")], context(more))[0]?.message).toContain("build, postinstall");
  });

  test("reports everything at once, the worst first", () => {
    expect(rules([change("go.mod"), change(".npmrc"), change(".git/x")])).toEqual([
      "refuse git-name",
      "hold registry-config",
      "note dependencies",
    ]);
  });

  test("a path with git's folder anywhere in it is always refused, however it is spelt", () => {
    const part = fc.constantFrom("a", "src", "x.y");
    const spelling = fc.array(fc.constantFrom("", "\u200C", "\uFEFF"), { minLength: 5, maxLength: 5 }).chain((gaps) => {
      const upper = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
      const tail = fc.constantFrom("", ".", " ", ". .", "::$INDEX_ALLOCATION");
      return fc
        .tuple(upper, tail)
        .map(
          ([cases, end]) =>
            [".", "g", "i", "t"]
              .map((letter, index) => `${gaps[index] ?? ""}${cases[index] === true ? letter.toUpperCase() : letter}`)
              .join("") +
            (gaps[4] ?? "") +
            end,
        );
    });
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 3 }),
        spelling,
        fc.array(part, { maxLength: 3 }),
        (before, name, after) => {
          expect(judgeDiff([change([...before, name, ...after].join("/"))], context())[0]?.severity).toBe("refuse");
        },
      ),
    );
  });

  test("every finding names its severity, and what to do", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (paths) => {
        for (const finding of judgeDiff(
          paths.map((path) => change(path)),
          context(),
        )) {
          expect(["refuse", "hold", "note"]).toContain(finding.severity);
          expect(finding.fix).not.toBe("");
        }
      }),
    );
  });
});
