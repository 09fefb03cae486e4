import { randomUUID } from "node:crypto";
import { copyFile, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { incomingFolder } from "./hub-folder.ts";
import { isObjectId } from "./git-output.ts";
import type { GitProgram } from "./git-program.ts";

export interface BranchOrigin {
  readonly path: string;
  readonly uploadPack: string;
  readonly branch: string;
  /** Run under resource limits: the other side is a sandbox. */
  readonly limited: boolean;
  /** `-c` settings of this fetch. */
  readonly settings?: readonly string[];
}

const receivedRef = "refs/received/tip";

/**
 * Fetches one branch into the hub's object store and returns its tip; no ref of the hub changes.
 *
 * The pack is received by a throwaway repository that borrows the hub's objects, and moves over only when git has
 * accepted every object and found the history connected. What is refused, cut off by a limit or killed therefore never
 * was in the hub, and parallel fetches cannot disturb each other's temporary files. (`git fetch-pack` would need no
 * second repository, but crashes with object checks on in git 2.39.)
 */
export async function receiveBranch(git: GitProgram, hub: string, origin: BranchOrigin): Promise<string> {
  const incoming = join(hub, incomingFolder, randomUUID());
  try {
    await createIncoming(hub, incoming);
    await git.run({
      gitDir: incoming,
      args: [
        ...(origin.settings ?? []).flatMap((setting) => ["-c", setting]),
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-auto-maintenance",
        "--no-recurse-submodules",
        "--no-show-forced-updates",
        "--update-shallow",
        `--upload-pack=${origin.uploadPack}`,
        origin.path,
        `+refs/heads/${origin.branch}:${receivedRef}`,
      ],
      limited: origin.limited,
      timeoutMs: (git.options.timeoutMs ?? 120_000) * 5,
    });
    const answer = await git.run({ gitDir: incoming, args: ["rev-parse", "--verify", `${receivedRef}^{commit}`] });
    const tip = answer.stdout.toString("utf8").trim();
    if (!isObjectId(tip)) throw new Error(`git named the fetched commit ${JSON.stringify(tip)}`);
    await moveObjects(incoming, hub);
    return tip;
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

async function createIncoming(hub: string, incoming: string): Promise<void> {
  await mkdir(join(incoming, "objects", "info"), { recursive: true });
  await mkdir(join(incoming, "objects", "pack"));
  await mkdir(join(incoming, "refs"));
  await Promise.all([
    writeFile(join(incoming, "HEAD"), "ref: refs/heads/none\n"),
    // Synced like the hub's own packs, because these files become the hub's own.
    writeFile(join(incoming, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsync = committed\n"),
    writeFile(join(incoming, "objects", "info", "alternates"), `${join(hub, "objects")}\n`),
    ignoreAbsent(copyFile(join(hub, "shallow"), join(incoming, "shallow"))),
  ]);
}

/** The index comes last: without it git does not see a pack, and with it everything else must be there. */
const moveOrder = [".pack", ".rev", ".idx"];

async function moveObjects(incoming: string, hub: string): Promise<void> {
  const from = join(incoming, "objects", "pack");
  const to = join(hub, "objects", "pack");
  const names = (await readdir(from)).filter((name) => name.startsWith("pack-"));
  for (const ending of moveOrder) {
    for (const name of names.filter((each) => each.endsWith(ending))) await rename(join(from, name), join(to, name));
  }
  await ignoreAbsent(rename(join(incoming, "shallow"), join(hub, "shallow")));
  await using folder = await open(to);
  await folder.sync();
}

async function ignoreAbsent(done: Promise<void>): Promise<void> {
  await done.catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });
}
