import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isRefName } from "@omoios/domain/landing/branch-name";
import type { Hub, RefMove } from "@omoios/engine/ports/repository";

import { faultOf, openScratchHub, scratchRepositories } from "./scratch-hub.ts";
import { ScratchFolder, ScratchRepository } from "./scratch-repository.ts";

const nobody = "1".repeat(40);

describe("openHub", () => {
  test("creates a bare repository with our settings, and opens it again", async () => {
    using at = await openScratchHub();
    const config = readFileSync(join(at.hub.path, "config"), "utf8");
    expect(config).toMatch(/fsync = committed,reference/u);
    expect(config).toMatch(/directoryRenames = conflict/u);
    expect(existsSync(join(at.hub.path, "hooks"))).toBe(false);
    writeFileSync(join(at.hub.path, "config"), config.replace("renameLimit = 7000", "renameLimit = 1"));
    const again = await scratchRepositories.openHub(at.hub.path);
    expect(again.path).toBe(at.hub.path);
    expect(readFileSync(join(at.hub.path, "config"), "utf8")).toBe(config);
    expect(await again.resolve("refs/remotes/source/main")).toBe(at.base);
  });

  test("can be created by many at once", async () => {
    using scratch = new ScratchFolder();
    const path = join(scratch.path, "hub");
    const hubs = await Promise.all(Array.from({ length: 5 }, async () => scratchRepositories.openHub(path)));
    expect(new Set(hubs.map((hub) => hub.path))).toEqual(new Set([path]));
    expect(readdirSync(scratch.path)).toEqual(["hub"]);
  });

  test("refuses a folder that is something else", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    for (const path of [repository.path, join(repository.path, ".git"), join(repository.path, "README.md")]) {
      expect(await faultOf(scratchRepositories.openHub(path))).toMatchObject({
        kind: "unavailable",
        message: `${path} exists and is not a repository that OmoiOS made`,
      });
    }
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  test("removes what a fetch of a dead process left, not what may be in use", async () => {
    using at = await openScratchHub();
    const [old, young] = [join(at.hub.path, "incoming", "old"), join(at.hub.path, "incoming", "young")];
    for (const folder of [old, young]) mkdirSync(folder);
    utimesSync(old, 1_600_000_000, 1_600_000_000);
    await scratchRepositories.openHub(at.hub.path);
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });
});

describe("fetchSource", () => {
  test("follows the branch, rewritten too, and leaves nothing behind", async () => {
    using at = await openScratchHub();
    const next = at.source.commit({ "b.txt": "b" }, "Second");
    expect(await at.take("main")).toBe(next);
    at.source.git("reset", "--quiet", "--hard", at.base);
    const other = at.source.commit({ "c.txt": "c" }, "Other");
    expect(await at.take("main")).toBe(other);
    expect(await at.hub.resolve("refs/remotes/source/main")).toBe(other);
    expect(await at.take("main")).toBe(other);
    expect(readdirSync(join(at.hub.path, "incoming"))).toEqual([]);
  });

  test("works for many branches at once", async () => {
    using at = await openScratchHub();
    const tips = Array.from({ length: 6 }, (_, index) =>
      at.source.branch(`b${String(index)}`, "main", { [`f${String(index)}`]: "x" }),
    );
    expect(await Promise.all(tips.map(async (_, index) => at.take(`b${String(index)}`)))).toEqual(tips);
    expect(await Promise.all(tips.map(async () => at.take("b0")))).toEqual(tips.map(() => tips[0]));
  });

  test("names a branch that is not there, and refuses what is no branch name", async () => {
    using at = await openScratchHub();
    expect(await faultOf(at.take("gone"))).toMatchObject({ kind: "not-found", id: "gone" });
    expect(await faultOf(at.take("a:refs/heads/b"))).toMatchObject({ kind: "invalid" });
  });

  test("takes a history with the blemishes of old tools, but not one with .git in a tree", async () => {
    using at = await openScratchHub();
    const tree = at.source.git("rev-parse", "main^{tree}");
    const old = at.source.object(
      "commit",
      `tree ${tree}\nauthor A <a@b> 1300000000 +051800\ncommitter A <a@b> 1300000000 +051800\n\nOld\n`,
    );
    at.source.git("update-ref", "refs/heads/old", old);
    expect(await at.take("old")).toBe(old);
    at.source.git("update-ref", "refs/heads/evil", at.source.commitOfTree([{ mode: "40000", name: ".git", id: tree }]));
    expect(await faultOf(at.take("evil"))).toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("hasDotgit") as unknown,
    });
  });

  test("a shallow repository goes the whole way: fetch, sandbox, merge, landing, later commits, unshallow", async () => {
    using at = await openScratchHub();
    at.source.commit({ "b.txt": "b\n" }, "Second");
    const shallow = new ScratchRepository(join(at.scratch.path, "shallow"));
    shallow.git("clone", "--quiet", "--depth=1", `file://${at.source.path}`, ".");
    const hub = await scratchRepositories.openHub(join(at.scratch.path, "shallow-hub"));
    const base = await hub.fetchSource(shallow.path, "main");
    const sandbox = new ScratchRepository(join(at.scratch.path, "sandbox"));
    sandbox.git("clone", "--quiet", "--no-local", "--branch=main", cloneable(hub, base), ".");
    const work = sandbox.commit({ "c.txt": "c\n" }, "Work");
    const tip = await hub.fetchSandbox({
      path: sandbox.path,
      uploadPack: "git-upload-pack",
      branch: "main",
      intoRef: "refs/sandbox/1/task",
    });
    expect(tip).toBe(work);
    expect(await hub.isAncestor(base, tip)).toBe(true);
    expect((await hub.log(base, tip)).map(({ subject }) => subject)).toEqual(["Work"]);

    const later = shallow.commit({ "d.txt": "d\n" }, "Later");
    expect(await hub.fetchSource(shallow.path, "main")).toBe(later);
    const merged = await hub.mergeTree(later, tip);
    const landed = await hub.commitTree({
      tree: merged.tree,
      parents: [later, tip],
      message: "Land",
      authorName: "O",
      authorEmail: "o@x",
      at: new Date(0),
    });
    expect(await hub.moveRefs([{ ref: "refs/heads/spec", to: landed, seen: null }])).toBe(true);
    expect(await hub.listFiles(landed, 10)).toEqual(["README.md", "b.txt", "c.txt", "d.txt", "src/a.txt"]);

    shallow.git("fetch", "--quiet", "--unshallow");
    const last = shallow.commit({ "e.txt": "e\n" }, "Last");
    expect(await hub.fetchSource(shallow.path, "main")).toBe(last);
    expect(await hub.mergeTree(last, landed)).toMatchObject({ clean: true });
    new ScratchRepository(hub.path).git("--git-dir=.", "fsck", "--connectivity-only");
  });
});

/** A sandbox's base is a clone of the hub at a commit. */
function cloneable(hub: Hub, commit: string): string {
  new ScratchRepository(hub.path).git("--git-dir=.", "update-ref", "refs/heads/main", commit);
  return `file://${hub.path}`;
}

describe("refs", () => {
  const move = (ref: string, seen: string | null, to: string | null): RefMove => ({ ref, seen, to });

  test("move together, each from the value that was seen, or not at all", async () => {
    using at = await openScratchHub();
    const next = at.source.commit({}, "Next");
    await at.take("main");
    const [spec, ticket] = ["refs/heads/spec/SPC-1-x", "refs/heads/feature/TKT-001-x"];
    expect(await at.hub.moveRefs([move(spec, null, at.base), move(ticket, null, at.base)])).toBe(true);
    expect(await at.hub.moveRefs([move(spec, at.base, next), move(ticket, next, at.base)])).toBe(false);
    expect(await at.hub.moveRefs([move(spec, at.base, next), move("refs/heads/new", at.base, next)])).toBe(false);
    expect(await at.hub.moveRefs([move(spec, null, next)])).toBe(false);
    expect(await at.hub.resolve(spec)).toBe(at.base);
    expect(
      await at.hub.moveRefs([
        move(spec, at.base, next),
        move(ticket, at.base, null),
        move("refs/heads/none", null, null),
      ]),
    ).toBe(true);
    expect([await at.hub.resolve(spec), await at.hub.resolve(ticket)]).toEqual([next, null]);
    expect(await at.hub.moveRefs([])).toBe(true);
  });

  test("of two writers exactly one wins", async () => {
    using at = await openScratchHub();
    const tips = [at.source.commit({}, "One"), at.source.commit({}, "Two"), at.source.commit({}, "Three")];
    await at.take("main");
    await at.hub.moveRefs([move("refs/heads/spec", null, at.base)]);
    const won = await Promise.all(tips.map(async (tip) => at.hub.moveRefs([move("refs/heads/spec", at.base, tip)])));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await at.hub.resolve("refs/heads/spec")).toBe(tips[won.indexOf(true)]);
  });

  test("a lock left by a killed git does not stop a landing; a fresh one does, and is named", async () => {
    using at = await openScratchHub();
    const next = at.source.commit({}, "Next");
    await at.take("main");
    await at.hub.moveRefs([move("refs/heads/spec", null, at.base)]);
    const lock = join(at.hub.path, "refs/heads/spec.lock");
    writeFileSync(lock, "");
    expect(await faultOf(at.hub.moveRefs([move("refs/heads/spec", at.base, next)]))).toMatchObject({
      kind: "unavailable",
      retryable: true,
      message: expect.stringContaining(`${lock} is held by another git`) as unknown,
    });
    utimesSync(lock, 1_600_000_000, 1_600_000_000);
    expect(await at.hub.moveRefs([move("refs/heads/spec", at.base, next)])).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  test("what cannot be a ref or a commit throws, and nothing moves", async () => {
    using at = await openScratchHub();
    expect(
      await faultOf(
        at.hub.moveRefs([
          move("refs/heads/a\0\ndelete refs/heads/b", null, at.base),
          move("refs/heads/b", null, "main"),
        ]),
      ),
    ).toMatchObject({
      kind: "invalid",
      problems: [{ message: "is not a valid name of a ref" }, { message: '"main" is not a full commit id' }],
    });
    expect(await faultOf(at.hub.moveRefs([move("refs/heads/b", null, nobody)]))).toMatchObject({ kind: "unavailable" });
    expect(await at.hub.resolve("refs/heads/b")).toBeNull();
    expect(await faultOf(at.hub.resolve("--all"))).toMatchObject({ kind: "invalid" });
    expect(await faultOf(at.hub.resolve("refs/heads/main^{tree}"))).toMatchObject({ kind: "invalid" });
    expect(await at.hub.resolve(nobody)).toBeNull();
  });

  test("our rule of what a ref may be called is never looser than git's", async () => {
    using at = await openScratchHub();
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          "/",
          ".",
          "..",
          ".lock",
          "@",
          "{",
          "@{",
          "~",
          "^",
          ":",
          " ",
          "-",
          "\\",
          "*",
          "[",
          "é",
          "\u007F",
          "a",
        ),
        fc.string({ unit: "binary", maxLength: 2 }),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const ref = `refs/heads/${parts.join("")}`;
        if (isRefName(ref)) expect(at.source.git("check-ref-format", ref)).toBe("");
      }),
      { numRuns: 60 },
    );
  });
});

describe("commitTree", () => {
  test("gives the same id for the same arguments, whatever hub and time", async () => {
    using at = await openScratchHub();
    const request = {
      tree: await at.hub.treeOf(at.base),
      parents: [at.base],
      message: "Land TSK-1\n\nKey: value",
      authorName: "Omoi Ös",
      authorEmail: "o@x",
      at: new Date("2026-01-02T03:04:05.678Z"),
    };
    const commit = await at.hub.commitTree(request);
    expect(await at.hub.commitTree(request)).toBe(commit);
    expect(commit).toBe("f6d1eda70c180f777c948dfe46f04301b07311ec");
    const text = new ScratchRepository(at.hub.path).git("--git-dir=.", "cat-file", "-p", commit);
    expect(text).toContain("author Omoi Ös <o@x> 1767323045 +0000\ncommitter Omoi Ös <o@x> 1767323045 +0000");
    expect(text.endsWith("Land TSK-1\n\nKey: value")).toBe(true);
  });

  test("lists everything that is wrong at once", async () => {
    using at = await openScratchHub();
    const request = {
      tree: "x",
      parents: ["--all"],
      message: " ",
      authorName: "a\nb",
      authorEmail: "<>",
      at: new Date(Number.NaN),
    };
    expect(await faultOf(at.hub.commitTree(request))).toMatchObject({
      kind: "invalid",
      problems: ["tree", "parents", "message", "authorName", "authorEmail", "at"].map((name) => ({ at: name })),
    });
  });
});
