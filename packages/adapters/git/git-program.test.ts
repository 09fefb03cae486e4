import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { FaultError } from "@omoios/domain/shared/fault";

import { plainText, reasonOf } from "./git-output.ts";
import { GitProgram, isNewEnough } from "./git-program.ts";
import { nearestNames } from "./nearest-names.ts";
import { openRepositories } from "./repositories.ts";
import { faultOf } from "./scratch-hub.ts";
import { ScratchFolder } from "./scratch-repository.ts";

test("git that is missing, too old or no git at all is named with the fix", async () => {
  using scratch = new ScratchFolder();
  const old = join(scratch.path, "git");
  const faultOf = async (): Promise<unknown> =>
    openRepositories({ git: old })
      .inspect("/", null)
      .catch((error: unknown) => (error instanceof FaultError ? error.fault : error));
  expect(await faultOf()).toMatchObject({
    kind: "unavailable",
    message: `git was not found (looked in ${old})`,
    fix: expect.stringContaining("apt-get install git") as unknown,
  });
  for (const [says, message] of [
    ["git version 2.34.1", `${old} is "git version 2.34.1", but OmoiOS needs git 2.39`],
    ["hello", `${old} is "hello", but`],
  ] as const) {
    writeFileSync(old, `#!/bin/sh\necho ${says}\n`);
    chmodSync(old, 0o755);
    expect(await faultOf()).toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining(message) as unknown,
      fix: expect.stringContaining("2.39 or newer") as unknown,
    });
  }
});

test.each([
  ["git version 2.39.0", true],
  ["git version 2.39.5 (Apple Git-154)", true],
  ["git version 2.51.0.windows.1", true],
  ["git version 3.0.0", true],
  ["git version 2.38.9", false],
  ["git version 1.99.0", false],
  ["svn 2.40", false],
])("%s is new enough: %s", (line, expected) => {
  expect(isNewEnough(line)).toBe(expected);
});

describe("GitProgram", () => {
  test("hands git nothing of the server's own environment or the user's config", async () => {
    const answer = await new GitProgram({}).run({ args: ["-c", "alias.env=!env", "env"] });
    const names = answer.stdout
      .toString("utf8")
      .split("\n")
      .map((line) => line.split("=")[0] ?? "");
    expect(names.filter((name) => /NODE|npm|VITEST|^USER$|SSH|GIT_DIR/u.test(name))).toEqual([]);
    expect(answer.stdout.toString("utf8")).toContain("HOME=/nonexistent");
  });

  test("a command that prints too much, takes too long or is killed ends as a fault that says so", async () => {
    const git = new GitProgram({});
    const script = (text: string): readonly string[] => ["-c", `alias.script=!${text}`, "script"];
    expect(await faultOf(git.run({ args: script("yes"), maxOutputBytes: 1000 }))).toMatchObject({ kind: "limit" });
    expect((await git.run({ args: script("yes"), maxOutputBytes: 1000, overflow: "cut" })).stdout).toHaveLength(1000);
    expect(await faultOf(git.run({ args: script("sleep 600"), timeoutMs: 50 }))).toMatchObject({
      kind: "unavailable",
      retryable: true,
    });
    expect(await faultOf(git.run({ args: ["no-such-command"] }))).toMatchObject({
      message: expect.stringContaining("git no-such-command failed (exit 1)") as unknown,
    });
  });
});

test("plainText keeps words, tabs and lines, and nothing a terminal would obey", () => {
  expect(
    plainText(
      "a\tb\r\n\u001B[1;31mred\u001B[0m \u001B]0;title\u0007x\u001B]8;;http://e\u001B\\y \u001BPq#0\u001B\\z\u009B2J\u001B(Bw\u0008\u0000\u202E",
    ),
  ).toBe("a\tb\n\nred xy zw");
  expect(plainText("\u001B")).toBe("");
});

test("reasonOf gives git's own words", () => {
  expect(reasonOf("hint: x\nremote: fatal: gone\nerror: also\n")).toBe("gone; also");
  expect(reasonOf("one\ntwo\n\n")).toBe("two");
  expect(reasonOf("")).toBe("git gave no reason");
});

test("nearestNames puts what was probably meant first", () => {
  expect(nearestNames("mian", ["release", "main", "develop"])[0]).toBe("main");
  expect(nearestNames("login", ["logan", "feature/Login-page", "main"])[0]).toBe("feature/Login-page");
  expect(nearestNames("", ["b", "a"])).toEqual(["a", "b"]);
});
