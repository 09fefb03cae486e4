import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { runFeature } from "./testing/feature-run.ts";
import { folderDigest } from "./testing/folder-digest.ts";
import { greetScenario } from "./testing/greet-scenario.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

/** A repository as people have them: changes in the tree, in the index and ignored, a hook, a stash, a second branch. */
async function livedIn(scratch: Scratch): Promise<string> {
  const path = await createRepository(scratch, "tiny", { "notes.txt": "one\n" });
  git(path, "branch", "other");
  await scratch.write("tiny/notes.txt", "stashed\n");
  git(path, "stash");
  await scratch.write("tiny/README.md", "# tiny, changed\n");
  await scratch.write("tiny/staged.txt", "staged\n");
  git(path, "add", "staged.txt");
  await scratch.write("tiny/untracked.txt", "untracked\n");
  await scratch.write("tiny/node_modules/left-pad/index.js", "module.exports = 1;\n");
  await chmod(await scratch.write("tiny/run.sh", "#!/bin/sh\n"), 0o755);
  await chmod(await scratch.write("tiny/.git/hooks/post-checkout", "#!/bin/sh\ntouch hooked\n"), 0o755);
  await symlink("README.md", join(path, "link"));
  return path;
}

test("a run leaves the repository byte for byte as it was; pr take adds one branch and nothing else", async () => {
  await using scratch = await Scratch.create();
  const [home, repository] = [scratch.at("home"), await livedIn(scratch)];
  const before = await folderDigest(repository);
  const run = await runFeature({ scratch, home, repository, scenario: greetScenario() });
  expect(run.code, run.stderr).toBe(0);
  expect(await folderDigest(repository)).toEqual(before);
  expect(run.stderr).toMatch(/not (?:in|part of) the run|left out|uncommitted/u);

  const branch = run.result?.pullRequest?.branch ?? "";
  const refs = git(repository, "for-each-ref", "--format=%(refname) %(objectname)").split("\n");
  const kept = await worktreeAndIndex(repository);
  await using _server = await ServerProcess.start({ home });
  const env = { OMOIOS_HOME: home };
  const taken = await runCli(["pr", "take", "SPC-1", "--json"], { env, cwd: repository });
  expect(taken.code, taken.stderr).toBe(0);
  expect(await worktreeAndIndex(repository)).toEqual(kept);
  const added = git(repository, "for-each-ref", "--format=%(refname) %(objectname)")
    .split("\n")
    .filter((line) => !refs.includes(line));
  expect(added).toEqual([`refs/heads/${branch} ${git(repository, "rev-parse", branch)}`]);
  expect(git(repository, "diff", "--name-only", `main..${branch}`)).toBe("greet.js");
  expect(git(repository, "fsck", "--strict")).toBe("");

  const again = await runCli(["pr", "take", "SPC-1", "--json"], { env, cwd: repository });
  expect(again.code, again.stderr).toBe(0);
});

/** Everything but the objects, refs and logs of git, which a new branch has to change. */
async function worktreeAndIndex(repository: string): Promise<readonly string[]> {
  const lines = await folderDigest(repository);
  return lines.filter((line) => !/^\.git(?: |\/(?:objects|refs|logs|FETCH_HEAD|packed-refs)\b)/u.test(line));
}
