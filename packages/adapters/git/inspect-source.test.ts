import { chownSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { FaultError, type Problem } from "@omoios/domain/shared/fault";

import { openRepositories } from "./repositories.ts";
import { ScratchFolder, ScratchRepository } from "./scratch-repository.ts";

const repositories = openRepositories();

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => expect.unreachable("it was accepted"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof FaultError) || error.fault.kind !== "invalid") throw error;
  expect(error.fault.problems).toHaveLength(1);
  return error.fault.problems[0] ?? expect.unreachable();
}

describe("inspect", () => {
  test("tells the branch, the commit and what is not committed", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    repository.write({
      "src/a.txt": "changed\n",
      "new file.txt": "x",
      "build/ignored.txt": "x",
      ".gitignore": "build/\n",
      "folder/é\n1": "x",
    });
    expect(await repositories.inspect(repository.path, null)).toEqual({
      path: repository.path,
      baseBranch: "main",
      baseCommit: repository.git("rev-parse", "HEAD"),
      uncommitted: ["src/a.txt", ".gitignore", "folder/é\n1", "new file.txt"],
      uncommittedCount: 4,
      shallow: false,
      submodules: [],
    });
  });

  test("lists at most 100 paths and counts all", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    repository.write(Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`new/${String(index)}`, "x"])));
    const inspection = await repositories.inspect(repository.path, null);
    expect(inspection.uncommitted).toHaveLength(100);
    expect(inspection.uncommittedCount).toBe(130);
  });

  test("takes a branch that is not checked out, also with a detached head", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    const other = repository.branch("other", "main", { "b.txt": "b" });
    repository.git("checkout", "--quiet", "--detach", "main");
    expect(await repositories.inspect(repository.path, "other")).toMatchObject({
      baseBranch: "other",
      baseCommit: other,
      uncommittedCount: 0,
    });
  });

  test("finds the top from a subfolder, through a link, from inside .git, and in a worktree", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    symlinkSync(join(repository.path, "src"), join(scratch.path, "link"));
    for (const path of [
      join(repository.path, "src"),
      join(scratch.path, "link"),
      join(repository.path, ".git"),
      join(repository.path, ".git/objects"),
    ]) {
      expect(await repositories.inspect(path, null)).toMatchObject({ path: repository.path });
    }
    repository.git("worktree", "add", "--quiet", "-b", "side", join(scratch.path, "tree"));
    expect(await repositories.inspect(join(scratch.path, "tree", "src"), null)).toMatchObject({
      path: join(scratch.path, "tree"),
      baseBranch: "side",
    });
  });

  test("lists submodules of the base commit and says when history is cut", async () => {
    using scratch = new ScratchFolder();
    const [inner, outer] = [scratch.repository("inner"), scratch.repository("outer")];
    outer.git("submodule", "--quiet", "add", inner.path, "libs/inner");
    outer.commit({}, "Add a submodule");
    const shallow = new ScratchRepository(join(scratch.path, "shallow"));
    shallow.git("clone", "--quiet", "--depth=1", `file://${outer.path}`, ".");
    expect(await repositories.inspect(shallow.path, null)).toMatchObject({
      shallow: true,
      submodules: ["libs/inner"],
      uncommittedCount: 0,
    });
  });

  test("works from a folder with spaces and quotes in its name", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository(`it's "my": repo $(x)`);
    expect(await repositories.inspect(repository.path, null)).toMatchObject({ path: repository.path });
  });

  test.runIf(process.getuid?.() === 0)("reads a repository of another user, and only that one", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    for (const path of ["", ...listed(repository.path)]) chownSync(join(repository.path, path), 65_534, 65_534);
    expect(await repositories.inspect(join(repository.path, "src"), null)).toMatchObject({ path: repository.path });
    const hub = await repositories.openHub(join(scratch.path, "hub"));
    expect(await hub.fetchSource(repository.path, "main")).toMatch(/^[0-9a-f]{40}$/u);
  });
});

describe("inspect refuses, saying what, where and how to fix it", () => {
  test.each<[string, (scratch: ScratchFolder) => [string, string | null], Problem]>([
    [
      "a missing path",
      (scratch) => [join(scratch.path, "no"), null],
      { at: "--repo", message: "/no does not exist", fix: "--repo ." },
    ],
    ["a file", (scratch) => [file(scratch), null], { at: "--repo", message: "is a file", fix: "--repo ." }],
    [
      "a folder without a repository",
      (scratch) => [scratch.path, null],
      { at: "--repo", message: "is not in a git repository", fix: "git init" },
    ],
    [
      "a URL",
      () => ["https://example.org/x.git", null],
      { at: "--repo", message: "is a URL", fix: "git clone https://example.org/x.git" },
    ],
    ["an scp address", () => ["git@example.org:x.git", null], { at: "--repo", message: "is a URL", fix: "git clone" }],
    [
      "a repository without a commit",
      (scratch) => [scratch.repository("r", "empty").path, null],
      { at: "--repo", message: "has no commit yet", fix: "git commit" },
    ],
    [
      "the same with a base",
      (scratch) => [scratch.repository("r", "empty").path, "main"],
      { at: "--repo", message: "has no commit yet", fix: "git commit" },
    ],
    [
      "a bare repository",
      (scratch) => [bare(scratch), null],
      { at: "--repo", message: "is a bare repository", fix: "git clone" },
    ],
    [
      "a folder of a bare repository",
      (scratch) => [join(bare(scratch), "refs"), null],
      { at: "--repo", message: "is a bare repository", fix: "git clone" },
    ],
    [
      "core.bare in a checkout",
      (scratch) => [configured(scratch, "core.bare", "true"), null],
      { at: "--repo", message: "is a bare repository", fix: "git clone" },
    ],
    [
      "a detached head",
      (scratch) => [detached(scratch), null],
      { at: "--base", message: "detached head", fix: "--base main" },
    ],
    [
      "an unknown base",
      (scratch) => [branched(scratch), "mian"],
      { at: "--base", message: 'has no branch "mian"', fix: "branches there: main, zoo, release" },
    ],
    [
      "an empty base",
      (scratch) => [branched(scratch), ""],
      { at: "--base", message: 'has no branch ""', fix: "branches there: " },
    ],
    [
      "an option as base",
      (scratch) => [branched(scratch), "--upload-pack=x"],
      { at: "--base", message: "has no branch", fix: "branches there: " },
    ],
    [
      "an unborn branch beside others",
      (scratch) => [unborn(scratch), null],
      { at: "--base", message: "current branch fresh", fix: "--base main" },
    ],
    [
      "a remote branch",
      (scratch) => [cloned(scratch), "release"],
      { at: "--base", message: "only a remote one", fix: "git branch release origin/release" },
    ],
    [
      "sha256 objects",
      (scratch) => [sha256(scratch), null],
      { at: "--repo", message: "sha256, which is not supported", fix: "sha1" },
    ],
    [
      "a broken repository",
      (scratch) => [broken(scratch), null],
      { at: "--repo", message: "is not a git repository that can be read", fix: "git status" },
    ],
  ])("%s", async (_name, make, expected) => {
    using scratch = new ScratchFolder();
    const [path, base] = make(scratch);
    const problem = await problemOf(repositories.inspect(path, base));
    expect(problem.at).toBe(expected.at);
    expect(problem.message).toContain(expected.message);
    expect(problem.fix).toContain(expected.fix);
  });

  const file = (scratch: ScratchFolder): string => {
    writeFileSync(join(scratch.path, "file"), "x");
    return join(scratch.path, "file");
  };
  const bare = (scratch: ScratchFolder): string => {
    const path = join(scratch.path, "bare.git");
    scratch.repository("r").git("clone", "--quiet", "--bare", ".", path);
    return path;
  };
  const configured = (scratch: ScratchFolder, key: string, value: string): string => {
    const repository = scratch.repository("r");
    repository.git("config", key, value);
    return repository.path;
  };
  const detached = (scratch: ScratchFolder): string => {
    const repository = scratch.repository("r");
    repository.git("checkout", "--quiet", "--detach");
    return repository.path;
  };
  const branched = (scratch: ScratchFolder): string => {
    const repository = scratch.repository("r");
    for (const name of ["zoo", "release"]) repository.git("branch", name);
    return repository.path;
  };
  const unborn = (scratch: ScratchFolder): string => {
    const repository = scratch.repository("r");
    repository.git("symbolic-ref", "HEAD", "refs/heads/fresh");
    return repository.path;
  };
  const cloned = (scratch: ScratchFolder): string => {
    const clone = new ScratchRepository(join(scratch.path, "clone"));
    clone.git("clone", "--quiet", branched(scratch), ".");
    return clone.path;
  };
  const sha256 = (scratch: ScratchFolder): string => {
    const repository = new ScratchRepository(join(scratch.path, "s"));
    repository.git("init", "--quiet", "--object-format=sha256", ".");
    return repository.path;
  };
  const broken = (scratch: ScratchFolder): string => {
    const repository = scratch.repository("r");
    writeFileSync(join(repository.path, ".git", "HEAD"), "nonsense\n");
    return repository.path;
  };
});

function listed(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}
