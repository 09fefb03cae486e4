import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { fetchBranch } from "./fetch-branch.ts";
import { repositoryPath } from "./repository-path.ts";

const branch = "spec/SPC-1-health";
const env = { PATH: process.env["PATH"] };
let hub = "";
let repository = "";

function git(folder: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  return execFileSync("git", ["-C", folder, ...identity, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

/** A commit without a change, on a branch that is not checked out. */
function commitOn(folder: string, ref: string, message: string): string {
  const parent = git(folder, "rev-parse", ref);
  const commit = git(folder, "commit-tree", "-p", parent, "-m", message, `${parent}^{tree}`);
  git(folder, "update-ref", `refs/heads/${ref}`, commit);
  return commit;
}

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), "omoios-cli-"));
  repository = join(root, "shop");
  hub = join(root, "hub.git");
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repository]);
  git(repository, "commit", "--quiet", "--allow-empty", "-m", "first");
  execFileSync("git", ["clone", "--quiet", "--bare", repository, hub]);
  git(hub, "branch", branch, "main");
  commitOn(hub, branch, "the feature");
});

describe("fetchBranch", () => {
  test("brings the branch and changes nothing else", async () => {
    const before = git(repository, "for-each-ref");
    await fetchBranch({ repository, hub, branch, env });
    expect(git(repository, "rev-parse", branch)).toBe(git(hub, "rev-parse", branch));
    git(repository, "update-ref", "-d", `refs/heads/${branch}`);
    expect(git(repository, "for-each-ref")).toBe(before);
    expect(git(repository, "status", "--porcelain")).toBe("");
  });

  test("brings what is new when it was taken before", async () => {
    await fetchBranch({ repository, hub, branch, env });
    const newer = commitOn(hub, branch, "more");
    await fetchBranch({ repository, hub, branch, env });
    expect(git(repository, "rev-parse", branch)).toBe(newer);
  });

  test("never overwrites work of the user on that branch", async () => {
    git(repository, "branch", branch, "main");
    const own = commitOn(repository, branch, "mine");
    await expect(fetchBranch({ repository, hub, branch, env })).rejects.toThrow(
      "is there already and has commits of its own",
    );
    expect(git(repository, "rev-parse", branch)).toBe(own);
  });

  test("never moves a branch that is checked out; what there is to pull says how", async () => {
    git(repository, "switch", "--quiet", "-c", branch);
    await expect(fetchBranch({ repository, hub, branch, env })).rejects.toMatchObject({
      fault: {
        problems: [
          {
            message: `${branch} is checked out there`,
            fix: `git -C ${repository} pull --ff-only ${hub} ${branch}`,
          },
        ],
      },
    });
  });

  test("a branch that is checked out and has the commit already is taken", async () => {
    await fetchBranch({ repository, hub, branch, env });
    git(repository, "switch", "--quiet", branch);
    await fetchBranch({ repository, hub, branch, env });
  });

  test("a branch that is checked out and has gone its own way cannot be pulled; the fix is safe to paste", async () => {
    const spaced = join(dirname(repository), "my shop");
    renameSync(repository, spaced);
    git(spaced, "switch", "--quiet", "-c", branch);
    git(spaced, "commit", "--quiet", "--allow-empty", "-m", "mine");
    await expect(fetchBranch({ repository: spaced, hub, branch, env })).rejects.toMatchObject({
      fault: {
        problems: [{ fix: `Fetch it under another name: git -C '${spaced}' fetch ${hub} ${branch}:${branch}-new` }],
      },
    });
  });

  test("a folder that is no repository is named", async () => {
    await expect(fetchBranch({ repository: tmpdir(), hub, branch, env })).rejects.toThrow("not a git repository");
  });
});

describe("repositoryPath", () => {
  test("finds the repository around a folder, and leaves others to the server", async () => {
    expect(await repositoryPath(undefined, join(repository, ".git", "refs"))).toBe(repository);
    expect(await repositoryPath("missing", repository)).toBe(join(repository, "missing"));
  });

  test("an address is refused with the command that helps", async () => {
    await expect(repositoryPath("git@example.com:ada/shop.git", "/")).rejects.toMatchObject({
      fault: {
        problems: [{ at: "--repo", fix: "git clone git@example.com:ada/shop.git, then name the folder with --repo" }],
      },
    });
  });
});
