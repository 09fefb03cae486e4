import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { chmod, mkdir, rm, stat } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, type CliRun } from "../../apps/cli/testing/run-cli.ts";
import { featureArgs, runFeature, type FeatureRun } from "./testing/feature-run.ts";
import { claim, goodGreeting, greetScenario } from "./testing/greet-scenario.ts";
import { processesAround } from "./testing/remains.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

const cliMain = fileURLToPath(new URL("../../apps/cli/main.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;

let scratch: Scratch;
let server: ServerProcess;
let home: string;

beforeAll(async () => {
  scratch = await Scratch.create();
  home = scratch.at("home");
  server = await ServerProcess.start({ home });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await scratch[Symbol.asyncDispose]();
});

/** A run that has to be refused, without a trace in the server. */
async function refused(repository: string, args: readonly string[] = []): Promise<string> {
  const before = await server.events();
  const run = await runCli(await featureArgs({ scratch, home, repository, scenario: greetScenario(), args }), {
    env: { OMOIOS_HOME: home },
  });
  // A repository that could be read is known from then on; nothing else is written down.
  const after = (await server.events()).filter((event) => event.type !== "project.added");
  expect(after).toEqual(before.filter((event) => event.type !== "project.added"));
  return refusal(run);
}

/** What a refusal says: where, what and the fix, on standard error, as exit code 2 and never as a stack trace. */
function refusal(run: CliRun, code = 2): string {
  expect(run.code, run.stderr).toBe(code);
  expect(run.stderr).not.toMatch(/^\s+at .*:\d+/mu);
  // Long lines are wrapped for the terminal.
  return run.stderr.replaceAll(/\s+/gu, " ");
}

async function runs(repository: string, args: readonly string[] = []): Promise<FeatureRun> {
  const run = await runFeature({ scratch, home, repository, scenario: greetScenario(), args });
  expect(run.code, run.stderr).toBe(0);
  return run;
}

describe("--repo", () => {
  test("that does not exist", async () => {
    const missing = scratch.at("nowhere");
    expect(await refused(missing)).toContain(missing);
  });

  test("that is no git repository", async () => {
    await mkdir(scratch.at("plain"));
    expect(await refused(scratch.at("plain"))).toMatch(/plain .*git repository.*git init/u);
  });

  test("without a commit", async () => {
    await mkdir(scratch.at("empty"));
    git(scratch.at("empty"), "init", "--quiet", "--initial-branch=main");
    expect(await refused(scratch.at("empty"))).toMatch(/no commit yet.*git add -A && git commit/u);
  });

  test("that is bare", async () => {
    const path = await createRepository(scratch, "for-bare");
    git(scratch.path, "clone", "--quiet", "--bare", path, "bare.git");
    expect(await refused(scratch.at("bare.git"))).toMatch(/bare.*git clone/u);
  });

  test("on a detached head needs --base, and works with it", async () => {
    const path = await createRepository(scratch, "detached");
    git(path, "switch", "--quiet", "--detach");
    expect(await refused(path)).toContain("--base main");
    await runs(path, ["--base", "main"]);
  });

  test("with uncommitted work runs from the commit and says what is left out", async () => {
    const path = await createRepository(scratch, "dirty");
    await scratch.write("dirty/README.md", "changed\n");
    await scratch.write("dirty/new.txt", "new\n");
    const run = await runs(path);
    expect(run.stderr).toMatch(/README\.md/u);
    expect(run.stderr).toMatch(/new\.txt/u);
    // Every folder of this test lies below one that only its owner may enter.
    expect((await stat(scratch.path)).mode & 0o777).toBe(0o700);
  });

  test("that is a shallow clone runs and says so", async () => {
    const path = await createRepository(scratch, "deep");
    await scratch.write("deep/more.txt", "more\n");
    git(path, "add", "--all");
    git(path, "commit", "--quiet", "-m", "More");
    git(scratch.path, "clone", "--quiet", "--depth", "1", `file://${path}`, "shallow");
    expect((await runs(scratch.at("shallow"))).stderr).toMatch(/shallow clone/u);
  });

  test("with a submodule runs, unless the task changes it", async () => {
    const part = await createRepository(scratch, "part");
    const path = await createRepository(scratch, "whole");
    git(path, "submodule", "--quiet", "add", part, "part");
    git(path, "commit", "--quiet", "-m", "Add part");
    expect((await runs(path)).stderr).toMatch(/Submodules.*part/u);
    const scenario = greetScenario({ attempts: [[goodGreeting, { run: "rm -rf part" }, claim]] });
    const changed = await runFeature({ scratch, home, repository: path, scenario });
    expect(changed.code, changed.stderr).toBe(5);
    expect(JSON.stringify(changed.events)).toContain("submodule");
  });
});

test("a base that does not exist is answered with the ones that do", async () => {
  const path = await createRepository(scratch, "branches");
  git(path, "branch", "develop");
  expect(await refused(path, ["--base", "develp"])).toMatch(/no branch "develp".*develop/u);
});

describe("the request", () => {
  test.each([
    ["empty", "", /empty|say/u],
    ["blank", "  \n ", /empty|say/u],
    ["100 kB long", "x".repeat(100_000), /at most [\d,]+|too long|characters/u],
  ])("that is %s is refused", async (_name, request, message) => {
    const path = await createRepository(scratch, `request-${_name.replaceAll(" ", "-")}`);
    const [, , ...rest] = await featureArgs({ scratch, home, repository: path, scenario: greetScenario() });
    const before = await server.events();
    expect(refusal(await runCli(["run", request, ...rest], { env: { OMOIOS_HOME: home } }))).toMatch(message);
    expect(await server.events()).toEqual(before);
  });
});

test("no key and no script: both ways out are named", async () => {
  const path = await createRepository(scratch, "no-key");
  const run = await runCli(["run", "Add a greet function", "--repo", path, "--yes"], { env: { OMOIOS_HOME: home } });
  const said = refusal(run);
  expect(said).toContain("ANTHROPIC_API_KEY");
  expect(said).toContain("--agent");
  expect(said).toContain("--model scripted");
});

test("five mistakes in the configuration are listed at once, with their lines", async () => {
  await scratch.write(
    "wrong/config.yaml",
    [
      "server: { port: 99999 }",
      "scheduler:",
      "  slotz: 3",
      "  maxAttempts: 0",
      "watch: { idleMs: soon }",
      "models: { default: [] }",
      "",
    ].join("\n"),
  );
  const run = await runCli(["up", "--home", scratch.at("wrong")]);
  const said = refusal(run);
  expect(said).toContain("5 things are wrong with the configuration");
  for (const [line, name] of [
    [1, "server.port"],
    [3, "scheduler.slotz"],
    [4, "scheduler.maxAttempts"],
    [5, "watch.idleMs"],
    [6, "models.default"],
  ] as const) {
    expect(said).toContain(`config.yaml:${line}`);
    expect(said).toContain(name);
  }
  expect(said).toContain("scheduler.slots?");
});

test("five mistakes in the repository's configuration are listed at once", async () => {
  const yaml =
    "scheduler: { slots: 9, maxAttempts: x }\nagents: { default: scripted }\nwatchh: {}\nproof: { checkTimeoutMs: -1 }\n";
  const path = await createRepository(scratch, "wrong-config", { ".omoios.yaml": yaml });
  const said = await refused(path);
  for (const name of ["scheduler.slots", "scheduler.maxAttempts", "agents", "watchh", "proof.checkTimeoutMs"]) {
    expect(said).toContain(name);
  }
});

describe("starting", () => {
  test("on a port that is taken", async () => {
    await using holder = createServer();
    holder.listen(0, "127.0.0.1");
    await once(holder, "listening");
    const port = (holder.address() as AddressInfo).port;
    const other = scratch.at("other-home");
    const said = refusal(await runCli(["up", "--home", other, "--port", String(port)]));
    expect(said).toContain(`${port}`);
    expect(said).toMatch(/taken.*(?:OMOIOS_PORT|--port)/u);
    expect(await processesAround(other)).toEqual([]);
  });

  test("a second time on one home", async () => {
    const said = refusal(await runCli(["up", "--home", home]));
    expect(said).toContain("already runs");
    expect(said).toContain("omoios stop");
    // One that does not look first is stopped by the lock of the database, which names its holder.
    await expect(ServerProcess.start({ home })).rejects.toThrow(/"kind":"unavailable".*process \d+/u);
    expect((await server.status()).home).toBe(home);
  });
});

/** Runs the command line in a mount namespace of its own, after some shell words that change what it sees. */
function inOtherWorld(change: string, args: readonly string[]): CliRun {
  const script = `set -e; ${change}; exec "$0" "$@"`;
  const ran = spawnSync(
    "/usr/bin/unshare",
    ["--mount", "--", "/bin/sh", "-c", script, process.execPath, cliMain, ...args],
    {
      env: { PATH: process.env["PATH"], HOME: scratch.path, LANG: "C.UTF-8", OMOIOS_PORT: "0" },
      encoding: "utf8",
    },
  );
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

describe.skipIf(!isRoot)("a machine that lacks something (needs root, to change what a process sees of it)", () => {
  test("git is too old", async () => {
    const old = await scratch.write("old-git", "#!/bin/sh\necho git version 2.30.2\n");
    await chmod(old, 0o755);
    const path = await createRepository(scratch, "old");
    const args = await featureArgs({ scratch, home, repository: path, scenario: greetScenario() });
    const run = inOtherWorld(`mount --bind ${old} /usr/bin/git`, [...args, "--home", scratch.at("old-home")]);
    const said = refusal(run);
    expect(said).toContain("2.30.2");
    expect(said).toContain("2.39");
  });

  test("bubblewrap is missing: nothing runs without a jail", async () => {
    const path = await createRepository(scratch, "jailless");
    const args = await featureArgs({ scratch, home, repository: path, scenario: greetScenario() });
    const run = inOtherWorld("mount --bind /dev/null /usr/bin/bwrap", [...args, "--home", scratch.at("jailless-home")]);
    expect(refusal(run)).toMatch(/bubblewrap is not installed.*apt-get install bubblewrap/u);
    expect(await processesAround(scratch.at("jailless-home"))).toEqual([]);
  });

  test("the disk is too small to start", async () => {
    await using disk = smallDisk("90m");
    const run = await runCli(["up", "--home", disk.home]);
    expect(refusal(run)).toMatch(/no space.*(?:OMOIOS_HOME|--home)/iu);
  });

  test("the disk is full, and the run goes on when it is not", async () => {
    await using disk = smallDisk("500m");
    await scratch.write("disk-500m/home/config.yaml", "sandbox: { leastFreeBytes: 0 }\n");
    const path = await createRepository(scratch, "on-full");
    await (await ServerProcess.start({ home: disk.home })).end("SIGTERM");
    spawnSync("/usr/bin/dd", ["if=/dev/zero", `of=${disk.filler}`, "bs=64k"]);
    const options = { scratch, home: disk.home, repository: path, scenario: greetScenario() };
    const run = await runFeature(options);
    expect(run.code, run.stderr).toBe(2);
    expect(run.stderr).toMatch(/disk is full|no space/iu);
    await rm(disk.filler);
    const again = await runFeature(options);
    expect(again.code, again.stderr).toBe(0);
  });
});

/** A file system of its own that a test can fill. */
function smallDisk(size: string): { readonly home: string; readonly filler: string } & AsyncDisposable {
  const path = scratch.at(`disk-${size}`);
  mkdirSync(path);
  if (spawnSync("/usr/bin/mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]).status !== 0) {
    throw new Error("A small file system cannot be mounted here");
  }
  return {
    home: join(path, "home"),
    filler: join(path, "filler"),
    [Symbol.asyncDispose]: async () => {
      spawnSync("/usr/bin/umount", ["--lazy", path]);
      return Promise.resolve();
    },
  };
}
