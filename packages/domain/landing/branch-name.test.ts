import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isRefName, longestSlug, branchSlug, specBranch, taskBranch, ticketBranch } from "./branch-name.ts";

describe("branchSlug", () => {
  test.each([
    ["Export as CSV", "export-as-csv"],
    ["  Crème brûlée: été!  ", "creme-brulee-ete"],
    ["ﬁle № 2", "file-no-2"],
    ["../../etc/passwd.lock", "etc-passwd-lock"],
    ["日本語", ""],
    ["add a page that lists every export of today", "add-a-page-that-lists-every-export-of"],
    ["add a page that lists every export today x", "add-a-page-that-lists-every-export-today"],
    ["x".repeat(60), "x".repeat(longestSlug)],
  ])("%j becomes %j", (title, slug) => {
    expect(branchSlug(title)).toBe(slug);
  });
});

describe("branch names", () => {
  test("are those of the design", () => {
    expect(specBranch(7, "Export as CSV")).toBe("spec/SPC-7-export-as-csv");
    expect(ticketBranch(42, "Exporter")).toBe("feature/TKT-042-exporter");
    expect(taskBranch(101, "Write it!")).toBe("task/TSK-101-write-it");
  });

  test("fall back to the kind when the title has no Latin letter", () => {
    expect(specBranch(8, "輸出")).toBe("spec/SPC-8-spec");
  });

  test("any title gives a valid ref with a short ASCII slug", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (title) => {
        for (const branch of [specBranch(7, title), ticketBranch(42, title), taskBranch(101, title)]) {
          expect(isRefName(`refs/heads/${branch}`)).toBe(true);
          expect(branch).toMatch(/^[a-z]+\/[A-Z]+-\d+-[a-z0-9]+(?:-[a-z0-9]+)*$/u);
        }
        expect(branchSlug(branchSlug(title))).toBe(branchSlug(title));
        expect(branchSlug(title).length).toBeLessThanOrEqual(longestSlug);
      }),
    );
  });
});

describe("isRefName", () => {
  test.each([
    "refs/heads/main",
    "refs/heads/task/TSK-1-x",
    "refs/sandbox/a/task",
    "refs/heads/ünï",
    "refs/heads/a@b",
    "refs/heads/-x",
  ])("accepts %s", (ref) => {
    expect(isRefName(ref)).toBe(true);
  });

  test.each([
    "main",
    "refs/heads",
    "refs/heads/",
    "refs//heads/a",
    "refs/heads/a..b",
    "refs/heads/.a",
    "refs/heads/a.lock",
    "refs/heads/a.lock/b",
    "refs/heads/a.",
    "refs/heads/a b",
    "refs/heads/a\nb",
    "refs/heads/a\0b",
    "refs/heads/a~1",
    "refs/heads/a^",
    "refs/heads/a:b",
    "refs/heads/a?",
    "refs/heads/a*",
    "refs/heads/a[b",
    "refs/heads/a\\b",
    "refs/heads/a@{1}",
    "refs/heads/a\uFFFD",
    `refs/heads/${"a".repeat(500)}`,
  ])("refuses %j", (ref) => {
    expect(isRefName(ref)).toBe(false);
  });
});
