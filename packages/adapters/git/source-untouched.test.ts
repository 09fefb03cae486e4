import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { openRepositories } from "./repositories.ts";
import { ScratchFolder } from "./scratch-repository.ts";

const repositories = openRepositories();

describe("inspect and fetchSource leave the user's repository alone", () => {
  test("no byte and no time stamp changes, and nothing the repository configures runs", async () => {
    using scratch = new ScratchFolder();
    const repository = scratch.repository("r");
    const canary = join(scratch.path, "canary");
    const trap = join(scratch.path, "trap.sh");
    writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> ${canary}\ncat\n`);
    chmodSync(trap, 0o755);
    repository.commit(
      { ".gitattributes": "*.txt filter=a=b.evil diff=evil\n*.md filter=other\n", "src/b.txt": "b\n" },
      "Attributes",
    );
    for (const hook of ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"])
      symlinkSync(trap, join(repository.path, ".git/hooks", hook));
    for (const [key, value] of [
      ["core.fsmonitor", trap],
      ["filter.a=b.evil.clean", trap],
      ["filter.other.process", trap],
      ["filter.other.required", "true"],
      ["diff.evil.textconv", trap],
      ["diff.external", trap],
      ["uploadpack.packObjectsHook", trap],
      ["core.pager", trap],
      ["core.untrackedCache", "true"],
    ] as const)
      repository.git("config", key, value);
    // Changed time stamps alone make git compare contents, which is where filters would run.
    for (const name of ["README.md", "src/a.txt", "src/b.txt"])
      utimesSync(join(repository.path, name), 1_600_000_000, 1_600_000_000);
    const before = fingerprint(repository.path);
    const inspection = await repositories.inspect(repository.path, null);
    const hub = await repositories.openHub(join(scratch.path, "hub"));
    expect(await hub.fetchSource(repository.path, "main")).toBe(inspection.baseCommit);
    expect(inspection.uncommitted).toEqual([]);
    expect(fingerprint(repository.path)).toEqual(before);
    expect(existsSync(canary)).toBe(false);

    // The traps are real: an ordinary git walks into them, with the monitor on and with only the filters left.
    for (const monitor of [trap, "false"]) {
      repository.git(
        "-c",
        `core.fsmonitor=${monitor}`,
        "-c",
        "filter.other.process=",
        "-c",
        "filter.other.required=false",
        "-c",
        `filter.other.clean=${trap}`,
        "status",
      );
      expect(existsSync(canary)).toBe(true);
      rmSync(canary);
      utimesSync(join(repository.path, "README.md"), 1_500_000_000, 1_500_000_000);
    }
  });
});

function listed(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
}

/** Every entry below a folder with its kind, time stamps and content. */
function fingerprint(folder: string): readonly string[] {
  return ["", ...listed(folder)].map((name) => {
    const path = join(folder, name);
    const entry = lstatSync(path, { bigint: true });
    const content = entry.isFile()
      ? createHash("sha256").update(readFileSync(path)).digest("hex")
      : entry.isSymbolicLink()
        ? readlinkSync(path)
        : "";
    return `${name} ${String(entry.mode)} ${String(entry.mtimeNs)} ${String(entry.ctimeNs)} ${String(entry.size)} ${content}`;
  });
}
