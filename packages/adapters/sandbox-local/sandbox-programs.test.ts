import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Base, Program, Sandbox, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { never, SandboxFixture, sh, whyNoJail } from "./testing/sandbox-fixture.ts";

const obstacle = await whyNoJail();

async function outputOf(program: Program): Promise<string> {
  let text = "";
  for await (const chunk of program.output) text += chunk.text;
  return text;
}

/** Reads until the program has said this much. */
async function waitFor(program: Program, wanted: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of program.output) {
    text += chunk.text;
    if (wanted.test(text)) return text;
  }
  throw new Error(`the program ended after ${JSON.stringify(text)}`);
}

describe.skipIf(obstacle !== null)(`programs in a sandbox${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  let provider: SandboxProvider;
  let base: Base;
  let commit: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    commit = fixture.project.commit({ "a.txt": "one\n", "lib/b.txt": "two\n" });
    provider = await fixture.provider();
    base = await provider.prepareBase(fixture.baseRequest(commit), never);
    sandbox = await provider.open(fixture.request("life", { base, commit }), never);
  });
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]();
    fixture.remove();
  });

  test("runs a program with folder, environment, input, both outputs and exit code", async () => {
    const ran = await sandbox.run({
      argv: ["/bin/sh", "-c", "pwd; cat; echo $X >&2; exit 7"],
      cwd: "lib",
      env: { X: "why" },
      stdin: "grüße\n",
      timeoutMs: 10_000,
    });
    expect(ran).toMatchObject({
      exitCode: 7,
      signal: null,
      stdout: "/workspace/lib\ngrüße\n",
      stderr: "why\n",
      timedOut: false,
      droppedBytes: 0,
    });
    expect(ran.endedAt.getTime()).toBeGreaterThanOrEqual(ran.startedAt.getTime());
  });

  test("a missing program, a missing folder and a folder outside are named", async () => {
    await expect(sandbox.run({ argv: ["no-such-program"], timeoutMs: 1000 })).rejects.toThrow(/no-such-program/);
    await expect(sandbox.run({ argv: ["true"], cwd: "nowhere", timeoutMs: 1000 })).rejects.toThrow(
      /workspace\/nowhere/,
    );
    await expect(sandbox.run({ argv: ["true"], cwd: "../tmp", timeoutMs: 1000 })).rejects.toThrow(
      /must lie in the workspace/,
    );
  });

  test("a conversation over stdin and stdout", async () => {
    const program = await sandbox.spawn({
      argv: ["/bin/sh", "-c", "while read line; do echo got $line; done; echo bye"],
      stdin: "first\n",
      keepStdinOpen: true,
    });
    await waitFor(program, /got first/);
    program.write("second\n");
    await waitFor(program, /got second/);
    program.kill("SIGTERM");
    expect(await program.exited).toEqual({ exitCode: null, signal: "SIGTERM" });
  });

  test("standard streams are pipes, which scripts open by name", async () => {
    const script = "echo err > /dev/stderr; echo out > /dev/stdout; cat /dev/stdin; echo both | tee /dev/stderr";
    const ran = await sandbox.run({ argv: ["/bin/sh", "-c", script], stdin: "in\n", timeoutMs: 10_000 });
    expect(ran).toMatchObject({ exitCode: 0, stdout: "out\nin\nboth\n", stderr: "err\nboth\n" });
    // Blocking ones: a program that never heard of EAGAIN may write more than a pipe holds.
    const flags = await sh(sandbox, "grep -h flags /proc/self/fdinfo/[012]");
    expect(flags.stdout.match(/0\d+/g)?.map((mode) => Number.parseInt(mode, 8) & 0o4003)).toEqual([0, 1, 1]);
  });

  test("a program gets its own streams and nothing else of the init", async () => {
    // Each is `pipe:[number]`; `/dev/null` covers what the host itself was started with.
    const open = await sh(sandbox, "readlink /proc/$$/fd/*");
    const names = open.stdout.split("\n").filter((name) => name !== "" && name !== "/dev/null");
    expect(names.filter((name) => !name.startsWith("pipe:["))).toEqual([]);
    expect(new Set(names).size).toBe(3);
    expect(names).toHaveLength(3);
  });

  test("an input that has ended is empty, not gone, when it is opened by name", async () => {
    expect(await sh(sandbox, "sleep 0.1; cat; cat /dev/stdin")).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("many programs at once each get streams of their own", async () => {
    const numbers = Array.from({ length: 24 }, (_none, index) => index);
    const ran = await Promise.all(
      numbers.map(
        async (number) =>
          await sandbox.run({
            argv: ["/bin/sh", "-c", "cat; echo err$0 >&2", `${number}`],
            stdin: `in${number}\n`,
            timeoutMs: 20_000,
          }),
      ),
    );
    expect(ran.map(({ stdout, stderr }) => [stdout, stderr])).toEqual(
      numbers.map((number) => [`in${number}\n`, `err${number}\n`]),
    );
  });

  test("the input can be ended later", async () => {
    const program = await sandbox.spawn({
      argv: ["/bin/sh", "-c", "cat; echo bye"],
      stdin: "first\n",
      keepStdinOpen: true,
    });
    await waitFor(program, /first/);
    program.write("second\n");
    program.end();
    program.write("too late\n");
    expect(await outputOf(program)).toBe("second\nbye\n");
    expect(await program.exited).toEqual({ exitCode: 0, signal: null });
  });

  test("input larger than a pipe waits until it is read", async () => {
    const text = "0123456789abcde\n".repeat(40_000);
    const ran = await sandbox.run({ argv: ["/bin/sh", "-c", "sleep 0.2; wc -c"], stdin: text, timeoutMs: 20_000 });
    expect(ran.stdout.trim()).toBe("640000");
    const unread = await sandbox.run({ argv: ["/bin/true"], stdin: text, timeoutMs: 20_000 });
    expect(unread).toMatchObject({ exitCode: 0, signal: null });
  });

  test("an argument list the kernel refuses is a fault and leaves the jail alive", async () => {
    await expect(sandbox.run({ argv: ["/bin/true", "x".repeat(200_000)], timeoutMs: 10_000 })).rejects.toThrow(/E2BIG/);
    expect((await sh(sandbox, "echo alive")).stdout).toBe("alive\n");
  });

  test("characters are never cut, whatever the pipe does", async () => {
    const program = await sandbox.spawn({
      argv: ["/opt/node/bin/node", "-e", "process.stdout.write('ä€😀'.repeat(60000))"],
    });
    expect(await outputOf(program)).toBe("ä€😀".repeat(60_000));
  });

  test("output beyond the bound is counted, not kept", async () => {
    const ran = await sandbox.run({
      argv: ["/bin/sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo late >&2"],
      timeoutMs: 20_000,
      maxOutputBytes: 1000,
    });
    expect(ran.stdout).toBe("x".repeat(1000));
    expect(ran.stderr).toBe("");
    expect(ran.droppedBytes).toBe(3_000_000 - 1000 + 5);
  });

  test("a program nobody listens to is stopped by its pipe and hinders no other", async () => {
    const loud = await sandbox.spawn({ argv: ["/usr/bin/yes"] });
    expect((await sh(sandbox, "echo still here")).stdout).toBe("still here\n");
    loud.kill("SIGKILL");
    expect(await loud.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
  });

  test("a kill reaches the group and what left it by setsid or by forking twice", async () => {
    const script =
      "setsid sleep 1111 & (setsid sh -c 'sleep 1111 & sleep 1111' &) ; trap '' TERM; echo up; while :; do sleep 1111; done";
    const program = await sandbox.spawn({ argv: ["/bin/sh", "-c", script] });
    await waitFor(program, /up/);
    program.kill("SIGKILL");
    await program.exited;
    const left = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 111[1]'";
    expect((await sh(sandbox, left)).stdout).toBe("0\n");
  });

  test("a timeout kills and is told; an abort kills and throws", async () => {
    const late = await sandbox.run({ argv: ["/bin/sh", "-c", "echo begun; sleep 1000"], timeoutMs: 150 });
    expect(late).toMatchObject({ timedOut: true, exitCode: null, signal: "SIGKILL", stdout: "begun\n" });
    const abort = new AbortController();
    const running = sandbox.run({ argv: ["/bin/sleep", "1000"], timeoutMs: 60_000, signal: abort.signal });
    abort.abort(new Error("not wanted any more"));
    await expect(running).rejects.toThrow("not wanted any more");
  });

  test("a background child does not keep its parent from ending, and lives on", async () => {
    const ran = await sh(sandbox, "sleep 2222 & echo started $!");
    const pid = /started (\d+)/.exec(ran.stdout)?.[1] ?? "";
    expect((await sh(sandbox, `kill -9 ${pid} && echo was alive`)).stdout).toBe("was alive\n");
  });

  test("changed paths are reported, in new folders too, but never git's or node_modules'", async () => {
    const seen = new Set<string>();
    const changed = Promise.withResolvers<void>();
    const stop = sandbox.onChange((paths) => {
      for (const path of paths) seen.add(path);
      if (seen.has("fresh/deep/file.txt") && seen.has("lib/b.txt")) changed.resolve();
    });
    let done = false;
    void changed.promise.then(() => (done = true));
    while (!done)
      await sh(
        sandbox,
        "mkdir -p fresh/deep node_modules/x; echo x >> fresh/deep/file.txt; echo x >> lib/b.txt; echo x > node_modules/x/y; git add -A",
      );
    stop();
    expect([...seen].filter((path) => /\.git|node_modules/.test(path))).toEqual([]);
  });
});
