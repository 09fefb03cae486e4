import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SandboxProvider, SandboxRequest } from "@omoios/engine/ports/sandbox";
import { openUnjailedSandboxes } from "./unjailed-sandboxes.ts";

const never = new AbortController().signal;
let folder: string;
let hub: string;
let provider: SandboxProvider;
let request: SandboxRequest;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "omoios-unjailed-"));
  hub = join(folder, "hub");
  git(folder, "init", "-q", "-b", "main", "hub");
  git(hub, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "Start");
  provider = await openUnjailedSandboxes({ root: join(folder, "sandboxes"), nodePath: process.execPath });
  const base = { id: "base", commit: "", trust: "work", built: false } as const;
  request = {
    ...{ id: "one", projectId: "p", mode: "implementation", base, hubPath: hub, bridge: true, env: { GREETING: "hi" } },
    ...{ commit: git(hub, "rev-parse", "HEAD"), branch: "task/one" },
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function git(at: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", at, ...args], { encoding: "utf8" }).trim();
}

const shell = (script: string) => ({ argv: ["/bin/sh", "-c", script], timeoutMs: 20_000 });

test("it says that it holds nothing back", async () => {
  expect(await provider.probe()).toMatchObject({ isolation: "none", isUsable: true });
  expect((await provider.open(request, never)).isolation).toBe("none");
});

test("work is done in a tree of its own, committed, handed out, and gone with its sandbox", async () => {
  const sandbox = await provider.open(request, never);
  expect(sandbox.adopted).toBe(false);
  const ran = await sandbox.run(shell('cat > a.txt; echo "$GREETING $HOME"; node --version; exit 3'));
  expect(ran).toMatchObject({ exitCode: 3, timedOut: false });
  expect(ran.stdout).toBe(`hi ${join(sandbox.workspace, "../home")}\n${process.version}\n`);
  const author = { authorName: "Agent", authorEmail: "agent@omoios.invalid", at: new Date(0) };
  const { tip, created } = await sandbox.commit({ message: "Work", ...author });
  expect(created).toBe(true);
  await sandbox.close();
  const { path, command } = await sandbox.uploadPack();
  git(hub, "fetch", "-q", `--upload-pack=${command}`, path, "task/one:refs/omoios/one");
  expect(git(hub, "rev-parse", "refs/omoios/one")).toBe(tip);

  const again = await provider.open(request, never);
  expect(again.adopted).toBe(true);
  expect((await provider.list()).map(({ id }) => id)).toEqual(["one"]);
  await again[Symbol.asyncDispose]();
  expect(await provider.list()).toEqual([]);
});

test("what runs too long is ended with everything it started, and so is what runs when it closes", async () => {
  const sandbox = await provider.open(request, never);
  const late = await sandbox.run({ ...shell("sleep 600 & sleep 600"), timeoutMs: 50 });
  expect(late).toMatchObject({ timedOut: true, signal: "SIGKILL" });
  const program = await sandbox.spawn({ argv: ["/bin/sh", "-c", "echo up; exec sleep 600"] });
  for await (const { text } of program.output) {
    expect(text).toBe("up\n");
    break;
  }
  await sandbox.close();
  expect(await program.exited).toMatchObject({ signal: "SIGKILL" });
  await expect(sandbox.spawn({ argv: ["true"] })).rejects.toThrow("is closed");
});

test("nothing is installed without a jail", async () => {
  const install = { steps: [], timeoutMs: 1, allow: [], maxBytes: 1 } as never;
  const asked = { ...{ projectId: "p", trust: "work" as const, hubPath: hub, commit: request.commit }, install };
  await expect(
    provider.prepareBase({ ...asked, setupDigest: "d", copyFiles: [], checkoutPath: null }, never),
  ).rejects.toThrow("nothing is installed");
});
