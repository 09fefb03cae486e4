import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { judgeDiff } from "@omoios/domain/landing/diff-policy";

import { faultOf, openScratchHub } from "./scratch-hub.ts";

const nobody = "1".repeat(40);

describe("changes", () => {
  test("tells modes, links, lines and sizes of everything a range changed", async () => {
    using at = await openScratchHub();
    at.source.git("switch", "--quiet", "--create", "work");
    at.source.commit({ "gone.txt": "1\n2\n", "becomes-link": "x\n", "run.sh": "#!/bin/sh\n" }, "Before");
    const from = await at.take("work");
    at.source.write({
      "src/a.txt": "one\nTWO\nthree\nfour\n",
      "odd\tna\nme é.txt": "x\ny\n",
      "packages/x/new.txt": "",
    });
    writeFileSync(join(at.source.path, "image.bin"), Buffer.from([0, 1, 2, 255]));
    at.source.git("rm", "--quiet", "gone.txt", "becomes-link");
    symlinkSync("src/a.txt", join(at.source.path, "becomes-link"));
    symlinkSync("x".repeat(4000), join(at.source.path, "long-link"));
    at.source.git("update-index", "--chmod=+x", "run.sh");
    at.source.git("update-index", "--add", "--cacheinfo", `160000,${nobody},sub`);
    at.source.git("add", "--all", "--", ":!sub", ":!run.sh");
    at.source.git("commit", "--quiet", "-m", "After");
    const to = await at.take("work");
    const plain = { linkTarget: null, oldMode: "100644", newMode: "100644" };
    const added = { ...plain, status: "added", oldMode: "000000" };
    expect(await at.hub.changes(from, to)).toEqual([
      {
        ...plain,
        path: "becomes-link",
        status: "type-changed",
        newMode: "120000",
        linkTarget: "src/a.txt",
        addedLines: 1,
        removedLines: 1,
        bytes: 9,
      },
      { ...plain, path: "gone.txt", status: "deleted", newMode: "000000", addedLines: 0, removedLines: 2, bytes: 0 },
      { ...added, path: "image.bin", addedLines: null, removedLines: null, bytes: 4 },
      {
        ...added,
        path: "long-link",
        newMode: "120000",
        linkTarget: "x".repeat(4000),
        addedLines: 1,
        removedLines: 0,
        bytes: 4000,
      },
      { ...added, path: "odd\tna\nme é.txt", addedLines: 2, removedLines: 0, bytes: 4 },
      { ...added, path: "packages/x/new.txt", addedLines: 0, removedLines: 0, bytes: 0 },
      { ...plain, path: "run.sh", status: "modified", newMode: "100755", addedLines: 0, removedLines: 0, bytes: 10 },
      { ...plain, path: "src/a.txt", status: "modified", addedLines: 2, removedLines: 1, bytes: 19 },
      { ...added, path: "sub", newMode: "160000", addedLines: 1, removedLines: 0, bytes: 0 },
    ]);
    expect(await at.hub.changes(to, to)).toEqual([]);
  });

  test("are what the diff policy judges: a link no path can hold is refused", async () => {
    using at = await openScratchHub();
    const content = at.source.object("blob", "a/".repeat(3000));
    at.source.git(
      "update-ref",
      "refs/heads/work",
      at.source.commitOfTree([{ mode: "120000", name: "l", id: content }]),
    );
    const changes = await at.hub.changes(at.base, await at.take("work"));
    const findings = judgeDiff(changes, {
      declaredFiles: [],
      limits: { files: 10, bytes: 100_000 },
      changedScripts: new Map(),
    });
    expect(findings).toMatchObject([{ severity: "refuse", rule: "link", path: "l" }]);
  });

  test("name a commit that is not there", async () => {
    using at = await openScratchHub();
    expect(await faultOf(at.hub.changes(at.base, nobody))).toMatchObject({ kind: "not-found", id: nobody });
    expect(await faultOf(at.hub.changes("main", at.base))).toMatchObject({ kind: "not-found", id: "main" });
    expect(await faultOf(at.hub.treeOf(nobody))).toMatchObject({ kind: "not-found", id: nobody });
    expect(await faultOf(at.hub.isAncestor(nobody, at.base))).toMatchObject({ kind: "not-found", id: nobody });
  });
});

describe("log", () => {
  test("lists the commits of a range, oldest first, with what each changed against its first parent", async () => {
    using at = await openScratchHub();
    const fake = "a".repeat(40);
    const side = at.source.branch("side", "main", { "side.txt": "s" });
    const first = at.source.branch("work", "main", { [fake]: "x", "odd\nname": "x" });
    const empty = at.source.commit({}, "Nothing \u001B[31mred");
    at.source.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side");
    const tip = await at.take("work");
    expect(await at.hub.log(at.base, tip)).toEqual([
      { commit: first, subject: "Work on work", files: [fake, "odd\nname"] },
      { commit: empty, subject: "Nothing red", files: [] },
      { commit: side, subject: "Work on side", files: ["side.txt"] },
      { commit: tip, subject: "Merge side", files: ["side.txt"] },
    ]);
    expect(await at.hub.log(tip, at.base)).toEqual([]);
    expect(await at.hub.isAncestor(at.base, tip)).toBe(true);
    expect(await at.hub.isAncestor(tip, at.base)).toBe(false);
    expect(await at.hub.mergeBase(tip, at.base)).toBe(at.base);
  });
});

describe("diff", () => {
  test("is a unified diff, cut at a line with a line that says so", async () => {
    using at = await openScratchHub();
    at.source.commit({ "big.txt": "line é\n".repeat(1000) }, "Big");
    const tip = await at.take("main");
    const whole = await at.hub.diff(at.base, tip, { maxBytes: 100_000 });
    expect(whole.startsWith("diff --git a/big.txt b/big.txt\n")).toBe(true);
    expect(whole.match(/^\+line é$/gmu)).toHaveLength(1000);
    const cut = await at.hub.diff(at.base, tip, { maxBytes: 500 });
    const [, bytes] = /\n\[diff cut after (\d+) bytes\]\n$/u.exec(cut) ?? [];
    expect(Number(bytes)).toBeGreaterThan(480);
    expect(whole.startsWith(cut.slice(0, cut.lastIndexOf("[diff cut")))).toBe(true);
    expect(await at.hub.diff(at.base, tip, { maxBytes: Buffer.byteLength(whole) })).toBe(whole);
    expect(await at.hub.diff(at.base, tip, { maxBytes: 500, paths: ["other.txt"] })).toBe("");
  });
});

describe("readFile and listFiles", () => {
  test("give text files only, and only up to the limit", async () => {
    using at = await openScratchHub();
    at.source.write({ "src/é [x]*.txt": "ünï\n", ":(top)x": "magic\n" });
    writeFileSync(join(at.source.path, "nul.bin"), Buffer.from([65, 0, 66]));
    writeFileSync(join(at.source.path, "latin1.txt"), Buffer.from([0xe9, 10]));
    symlinkSync("README.md", join(at.source.path, "link"));
    const commit = at.source.commit({}, "Files");
    await at.take("main");
    const read = async (path: string, maxBytes = 1000): Promise<string | null> =>
      at.hub.readFile(commit, path, maxBytes);
    expect(await read("README.md")).toBe("# readme\n");
    expect(await read("src/é [x]*.txt")).toBe("ünï\n");
    expect(await read(":(top)x")).toBe("magic\n");
    expect(await read("README.md", 9)).toBe("# readme\n");
    for (const [path, limit] of [
      ["README.md", 8],
      ["src", 1000],
      ["src/", 1000],
      ["no", 1000],
      ["", 1000],
      ["nul.bin", 1000],
      ["latin1.txt", 1000],
      ["link", 1000],
      ["../README.md", 1000],
      ["/README.md", 1000],
    ] as const) {
      expect(await read(path, limit).catch(() => null)).toBeNull();
    }
    expect(await at.hub.listFiles(commit, 3)).toEqual([":(top)x", "README.md", "latin1.txt"]);
    expect(await at.hub.listFiles(commit, 100)).toContain("src/é [x]*.txt");
    expect(await faultOf(at.hub.listFiles(nobody, 1))).toMatchObject({ kind: "not-found" });
  });
});
