import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { Hub } from "@omoios/engine/ports/repository";

import { openRepositories } from "./repositories.ts";
import { faultOf, openScratchHub, type ScratchHub } from "./scratch-hub.ts";
import { ScratchRepository } from "./scratch-repository.ts";

const intoRef = "refs/sandbox/1/task";

/** A sandbox's repository: a clone of the hub's base, on branch `task`. */
function sandboxOf(at: ScratchHub): ScratchRepository {
  const sandbox = new ScratchRepository(join(at.scratch.path, "sandbox"));
  sandbox.git("clone", "--quiet", "--no-local", at.source.path, ".");
  sandbox.git("switch", "--quiet", "--create", "task");
  return sandbox;
}

async function fetchTask(
  hub: Hub,
  sandbox: ScratchRepository,
  uploadPack = "git-upload-pack --strict",
): Promise<string> {
  return hub.fetchSandbox({ path: join(sandbox.path, ".git"), uploadPack, branch: "task", intoRef });
}

describe("fetchSandbox", () => {
  test("brings one branch, and none of the other refs", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    const tip = sandbox.commit({ "b.txt": "b\n" }, "Work");
    sandbox.git("tag", "v1");
    sandbox.git("update-ref", "refs/replace/" + at.base, tip);
    sandbox.git("branch", "--force", "main", tip);
    expect(await fetchTask(at.hub, sandbox)).toBe(tip);
    expect(await at.hub.resolve(intoRef)).toBe(tip);
    const hub = new ScratchRepository(at.hub.path);
    expect(hub.git("--git-dir=.", "for-each-ref", "--format=%(refname) %(objectname)").split("\n")).toEqual([
      `refs/remotes/source/main ${at.base}`,
      `${intoRef} ${tip}`,
    ]);
    expect(hub.git("--git-dir=.", "fsck", "--full")).toBe("");
  });

  test("runs nothing that the sandbox's config or attributes name", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    const canary = join(at.scratch.path, "canary");
    const trap = join(at.scratch.path, "trap.sh");
    writeFileSync(trap, `#!/bin/sh\necho "$0" >> ${canary}\n`);
    chmodSync(trap, 0o755);
    sandbox.commit(
      { ".gitattributes": "* merge=evil filter=evil diff=evil\n", "src/a.txt": "ONE\ntwo\nthree\n" },
      "Work",
    );
    for (const key of [
      "core.fsmonitor",
      "core.hooksPath",
      "uploadpack.packObjectsHook",
      "filter.evil.clean",
      "merge.evil.driver",
      "diff.evil.command",
      "core.alternateRefsCommand",
    ])
      sandbox.git("config", key, trap);
    symlinkSync(trap, join(sandbox.path, ".git/hooks/post-upload-pack"));
    const tip = await fetchTask(at.hub, sandbox);
    expect(await at.hub.mergeTree(at.base, tip)).toMatchObject({ clean: true });
    expect(await at.hub.diff(at.base, tip, { maxBytes: 1000 })).toContain("+ONE");
    expect(existsSync(canary)).toBe(false);
  });

  test("an unrelated history arrives, and the caller's ancestor check catches it", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    sandbox.git("checkout", "--quiet", "--orphan", "other");
    const orphan = sandbox.commit({}, "Orphan");
    sandbox.git("branch", "--force", "task", orphan);
    const tip = await fetchTask(at.hub, sandbox);
    expect(await at.hub.isAncestor(at.base, tip)).toBe(false);
    expect(await faultOf(at.hub.mergeTree(at.base, tip))).toMatchObject({
      kind: "invalid",
      problems: [{ message: expect.stringContaining("unrelated histories") as unknown }],
    });
  });
});

describe("fetchSandbox refuses with git's reason and keeps nothing of", () => {
  const blob = (sandbox: ScratchRepository, content: string): string => sandbox.object("blob", content);

  test.each<[string, (sandbox: ScratchRepository) => string, string]>([
    [
      "a tree with .git in it",
      (sandbox) => sandbox.commitOfTree([{ mode: "40000", name: ".git", id: sandbox.git("rev-parse", "main^{tree}") }]),
      "hasDotgit",
    ],
    [
      "a spelling of .git for Windows",
      (sandbox) => sandbox.commitOfTree([{ mode: "100644", name: "git~1", id: blob(sandbox, "x") }]),
      "hasDotgit",
    ],
    [
      "a tree with .. in it",
      (sandbox) => sandbox.commitOfTree([{ mode: "100644", name: "..", id: blob(sandbox, "x") }]),
      "hasDotdot",
    ],
    [
      "a path in one name",
      (sandbox) => sandbox.commitOfTree([{ mode: "100644", name: "a/b", id: blob(sandbox, "x") }]),
      "fullPathname",
    ],
    [
      "a submodule address that is an option",
      (sandbox) => sandbox.commit({ ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = -u./payload\n' }, "Evil"),
      "gitmodulesUrl",
    ],
    [
      "a .gitmodules that is a link",
      (sandbox) => sandbox.commitOfTree([{ mode: "120000", name: ".gitmodules", id: blob(sandbox, "x") }]),
      "gitmodulesSymlink",
    ],
    [
      "a commit of no known time",
      (sandbox) =>
        sandbox.object(
          "commit",
          `tree ${sandbox.git("rev-parse", "main^{tree}")}\nauthor A <a@b> x +0000\ncommitter A <a@b> 1 +0000\n\nx\n`,
        ),
      "badDate",
    ],
  ])("%s", async (_name, make, reason) => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    const evil = make(sandbox);
    sandbox.git("update-ref", "refs/heads/task", evil);
    const before = contents(at.hub);
    expect(await faultOf(fetchTask(at.hub, sandbox))).toMatchObject({
      kind: "invalid",
      message: "git refused branch task of the sandbox",
      problems: [{ at: "task", message: expect.stringContaining(reason) as unknown }],
    });
    expect(contents(at.hub)).toEqual(before);
    expect(await at.hub.resolve(evil)).toBeNull();
  });

  test("a pack that is not whole", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    sandbox.commit({ "b.txt": "b\n" }, "Work");
    const id = sandbox.git("rev-parse", "HEAD:b.txt");
    renameSync(join(sandbox.path, ".git/objects", id.slice(0, 2), id.slice(2)), join(at.scratch.path, "taken"));
    const before = contents(at.hub);
    expect(await faultOf(fetchTask(at.hub, sandbox))).toMatchObject({ kind: "invalid" });
    expect(contents(at.hub)).toEqual(before);
  });

  test("a file beyond the limit", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    sandbox.commit(
      { "big.bin": Array.from({ length: 60_000 }, (_, index) => String(Math.imul(index, 2_654_435_761))).join("") },
      "Big",
    );
    const hub = await openRepositories({ fetchBytes: 100_000 }).openHub(at.hub.path);
    const before = contents(at.hub);
    expect(await faultOf(fetchTask(hub, sandbox))).toMatchObject({
      kind: "limit",
      fix: expect.stringContaining("generated") as unknown,
    });
    expect(contents(at.hub)).toEqual(before);
  });

  test("a branch that is not there, and names that are no refs", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    sandbox.git("switch", "--quiet", "main");
    sandbox.git("branch", "--quiet", "-D", "task");
    expect(await faultOf(fetchTask(at.hub, sandbox))).toMatchObject({ kind: "not-found", id: "task" });
    expect(
      await faultOf(
        at.hub.fetchSandbox({ path: sandbox.path, uploadPack: "git-upload-pack", branch: "x", intoRef: "HEAD" }),
      ),
    ).toMatchObject({ kind: "invalid", problems: [{ at: "HEAD" }] });
    expect(
      await faultOf(at.hub.fetchSandbox({ path: sandbox.path, uploadPack: "git-upload-pack", branch: "x y", intoRef })),
    ).toMatchObject({ kind: "invalid" });
  });

  test("an upload-pack that fails, with its escape sequences taken out", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    const program = join(at.scratch.path, "program");
    writeFileSync(
      program,
      `#!/bin/sh\nprintf 'fatal: \\033[31mjail \\033]0;title\\007is gone\\033[0m\\n' >&2\nexit 1\n`,
    );
    chmodSync(program, 0o755);
    expect(await faultOf(fetchTask(at.hub, sandbox, program))).toMatchObject({
      kind: "unavailable",
      retryable: true,
      message: expect.stringContaining("jail is gone") as unknown,
    });
  });

  test("an upload-pack that hangs, with everything it started", async () => {
    using at = await openScratchHub();
    const sandbox = sandboxOf(at);
    const pid = join(at.scratch.path, "pid");
    const program = join(at.scratch.path, "program");
    writeFileSync(program, `#!/bin/sh\necho $$ > ${pid}\nexec sleep 600\n`);
    chmodSync(program, 0o755);
    const hub = await openRepositories({ timeoutMs: 400 }).openHub(at.hub.path);
    expect(await faultOf(fetchTask(hub, sandbox, program))).toMatchObject({
      kind: "unavailable",
      retryable: true,
      message: expect.stringContaining("did not end") as unknown,
    });
    const hung = Number(readFileSync(pid, "utf8"));
    await expect.poll(() => isRunning(hung), { timeout: 5000 }).toBe(false);
  });
});

/** Everything a fetch could leave in the hub: objects, temporary files, refs. */
function contents(hub: Hub): readonly string[] {
  mkdirSync(join(hub.path, "incoming"), { recursive: true });
  return readdirSync(hub.path, { recursive: true, encoding: "utf8" }).toSorted();
}

/** False once it has ended, a zombie that nobody has waited for included. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${String(pid)}/stat`)) return false;
  return (
    readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .split(") ")[1]
      ?.startsWith("Z") !== true
  );
}
