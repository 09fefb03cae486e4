import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Base, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { openLocalSandboxes } from "./provider.ts";
import { git, never, processesNaming, SandboxFixture, sh, whyNoJail } from "./testing/sandbox-fixture.ts";

const obstacle = await whyNoJail();
const execute = promisify(execFile);

/** Not as an ordinary user, for whom every test here is that test, nor in a checkout others may not read. */
const ordinaryUserCanRun =
  process.geteuid?.() === 0 &&
  spawnSync("setpriv", [
    "--reuid",
    "65533",
    "--regid",
    "65533",
    "--clear-groups",
    process.execPath,
    "--check",
    fileURLToPath(new URL("./testing/ordinary-user.ts", import.meta.url)),
  ]).status === 0;

describe.skipIf(obstacle !== null)(`a sandbox lives${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  let provider: SandboxProvider;
  let base: Base;
  let commit: string;

  beforeAll(async () => {
    commit = fixture.project.commit({ "a.txt": "one\n", "lib/b.txt": "two\n" });
    provider = await fixture.provider();
    base = await provider.prepareBase(fixture.baseRequest(commit), never);
  });
  afterAll(() => fixture.remove());

  test("a commit is reproducible, honours ignore files, runs no hook and says when nothing changed", async () => {
    const tips: string[] = [];
    for (const id of ["commit-1", "commit-2"]) {
      await using fresh = await provider.open(fixture.request(id, { base, commit }), never);
      await sh(
        fresh,
        "echo '*.log' > .gitignore; echo x > debug.log; echo new > -dash; printf y > 'line\nbreak'; rm lib/b.txt",
      );
      await sh(
        fresh,
        "mkdir -p .git/hooks; for h in pre-commit reference-transaction post-commit; do printf '#!/bin/sh\\ntouch /tmp/hooked\\nexit 1\\n' > .git/hooks/$h; chmod +x .git/hooks/$h; done",
      );
      await sh(fresh, "git config commit.gpgSign true; git config --global user.name Nobody");
      const request = {
        message: "Do it\n\nTrailer: yes\n",
        authorName: "Agent 7",
        authorEmail: "a7@example.invalid",
        at: new Date(1_700_000_000_000),
      };
      const made = await fresh.commit(request);
      expect(made.created).toBe(true);
      expect(await fresh.commit(request)).toEqual({ tip: made.tip, created: false });
      expect(
        (
          await sh(
            fresh,
            "ls /tmp/hooked; git status --porcelain; git show -s --format='%an %ae %cn %at %s' HEAD; git rev-parse --abbrev-ref HEAD",
          )
        ).stdout,
      ).toBe("Agent 7 a7@example.invalid Agent 7 1700000000 Do it\ntask/TSK-1-thing\n");
      tips.push(made.tip);
    }
    expect(tips[0]).toBe(tips[1]);
  });

  test("a commit stands on what the agent left: its own commits, another branch, a stale lock", async () => {
    await using fresh = await provider.open(fixture.request("moved", { base, commit }), never);
    await sh(
      fresh,
      "git checkout -q -b elsewhere; echo 1 > own; git add own; git commit -q -m own; echo 2 > rest; touch .git/HEAD.lock.not",
    );
    const made = await fresh.commit({
      message: "rest",
      authorName: "A",
      authorEmail: "a@example.invalid",
      at: new Date(1_700_000_000_000),
    });
    expect((await sh(fresh, "git log --format=%s task/TSK-1-thing")).stdout).toBe("rest\nown\nchange\n");
    await sh(fresh, "touch .git/index.lock");
    const again = await provider.open(fixture.request("moved", { base, commit }), never);
    expect(
      await again.commit({ message: "x", authorName: "A", authorEmail: "a@example.invalid", at: new Date(0) }),
    ).toEqual({ tip: made.tip, created: false });
  });

  test("plain git fetches the work through the jailed upload-pack", async () => {
    const worker = await provider.open(fixture.request("fetched", { base, commit }), never);
    await sh(worker, "echo more > c.txt");
    const { tip } = await worker.commit({
      message: "more",
      authorName: "A",
      authorEmail: "a@example.invalid",
      at: new Date(1_700_000_000_000),
    });
    await expect(worker.uploadPack()).rejects.toThrow(/while its jail runs/);
    await worker.close();
    const { path, command } = await worker.uploadPack();
    git(
      fixture.project.hub,
      "fetch",
      "-q",
      "--no-tags",
      `--upload-pack=${command}`,
      path,
      "+refs/heads/task/TSK-1-thing:refs/sandbox/fetched",
    );
    expect(git(fixture.project.hub, "rev-parse", "refs/sandbox/fetched")).toBe(tip);
    expect(git(fixture.project.hub, "rev-parse", "refs/sandbox/fetched^")).toBe(commit);
    await worker[Symbol.asyncDispose]();
  });

  test("an adopted sandbox keeps tree and HOME, and none of the processes", async () => {
    const first = await provider.open(fixture.request("adopted", { base, commit }), never);
    expect(first.adopted).toBe(false);
    await sh(first, "echo kept > kept.txt; echo session > ~/.session; rm a.txt");
    const worker = await first.spawn({ argv: ["/bin/sleep", "3333"] });
    const second = await provider.open(fixture.request("adopted", { base, commit }), never);
    await expect(worker.exited).rejects.toThrow(/is gone/);
    await expect(sh(first, "true")).rejects.toThrow(/The sandbox adopted is gone/);
    expect(second.adopted).toBe(true);
    expect(second.environmentDigest).toBe(first.environmentDigest);
    expect((await sh(second, "cat kept.txt ~/.session; ls; grep -x sleep /proc/[0-9]*/comm")).stdout).toBe(
      "kept\nsession\nkept.txt\nlib\n",
    );
    await expect(
      provider.open(fixture.request("adopted", { base, commit }, { branch: "task/other" }), never),
    ).rejects.toThrow(/exists for something else/);
    await second[Symbol.asyncDispose]();
  });

  test("a fresh tree is on its branch before the first program runs", async () => {
    await using fresh = await provider.open(fixture.request("on-branch", { base, commit }), never);
    const seen = await sh(fresh, "echo $OMOIOS_PROGRAM; git symbolic-ref HEAD; git rev-parse HEAD; git status --short");
    expect(seen.stdout).toBe(`1\nrefs/heads/task/TSK-1-thing\n${commit}\n`);
  });

  test("SIGKILL of the host's process leaves nothing running, and the next one adopts", async () => {
    const script = fileURLToPath(new URL("./testing/open-and-wait.ts", import.meta.url));
    const request = fixture.request("orphan", { base, commit });
    const host = spawn(process.execPath, [script, JSON.stringify({ options: fixture.options(), request })], {
      // Descriptor 40 stands for what a service manager or a shell leaves open for every child of the host.
      stdio: ["ignore", "pipe", "inherit", ...Array.from({ length: 37 }, () => "ignore" as const), "pipe"],
    });
    for await (const chunk of host.stdio[1] ?? []) if (String(chunk).includes("working")) break;
    expect(processesNaming("sleep 54321").length).toBeGreaterThan(0);
    host.kill("SIGKILL");
    await using adopted = await provider.open(request, never);
    expect(adopted.adopted).toBe(true);
    expect(processesNaming("sleep 54321")).toEqual([]);
    expect((await sh(adopted, "cat by-the-first.txt")).stdout).toBe("here\n");
    const descriptors = (await sh(adopted, "cat open.txt")).stdout.trim().split("\n");
    expect(descriptors.filter((target) => target === "/dev/null").length).toBeGreaterThan(0);
    expect(
      descriptors.filter((target) => !/^(?:pipe:.*|\/workspace\/open\.txt|\/dev\/null|\/proc\/.*)$/.test(target)),
    ).toEqual([]);
  });

  test("a jail that nobody renews ends itself", async () => {
    const impatient = await fixture.provider({ deadManMs: 300 });
    const forgotten = await impatient.open(fixture.request("forgotten", { base, commit }), never);
    const program = await forgotten.spawn({ argv: ["/bin/sleep", "4444"] });
    await forgotten.closed;
    await expect(program.exited).rejects.toThrow(/no word from the host for 300 ms/);
    expect(() => forgotten.renew()).not.toThrow();
    await forgotten[Symbol.asyncDispose]();
  });

  test("a killed init ends the sandbox with a clear fault", async () => {
    const killed = await provider.open(fixture.request("no-init", { base, commit }), never);
    await expect(sh(killed, "kill -9 $PPID; sleep 100")).rejects.toThrow(/no-init is gone/);
    await killed.closed;
    await killed[Symbol.asyncDispose]();
  });

  test("destroying twice, or what never was, is success, and nothing is left", async () => {
    const doomed = await provider.open(fixture.request("doomed", { base, commit }), never);
    await sh(
      doomed,
      "mkdir -p locked/in; touch locked/in/f; chmod 000 locked; ln -s /workspace/lib link; ln -s / root; chmod 000 ~",
    );
    await doomed[Symbol.asyncDispose]();
    await provider.destroy("doomed");
    await provider.destroy("never-was");
    expect((await provider.list()).map((found) => found.id)).not.toContain("doomed");
    expect(readdirSync(join(fixture.folder, "sandboxes", "trash"))).toEqual([]);
    await expect(provider.destroy("../bases")).rejects.toThrow(/cannot have this id/);
  });

  test("hostile ids, branches and commits are refused", async () => {
    for (const id of ["", "../x", "a/b", "a\nb", "A", "x".repeat(65)]) {
      await expect(provider.open(fixture.request(id, { base, commit }), never)).rejects.toThrow(/cannot have this id/);
    }
    for (const branch of ["-x", "a b", "a..b", "a\nb", "x.lock", "/a", "a/", "HEAD", ""]) {
      await expect(provider.open(fixture.request("hostile", { base, commit }, { branch }), never)).rejects.toThrow(
        /not a plain branch name/,
      );
    }
    await expect(provider.open(fixture.request("hostile", { base, commit: "--upload-pack=x" }), never)).rejects.toThrow(
      /not a full commit id/,
    );
  });

  test("ten at once all work and stay apart", async () => {
    const opened = await Promise.all(
      Array.from(
        { length: 10 },
        async (_none, index) => await provider.open(fixture.request(`many-${index}`, { base, commit }), never),
      ),
    );
    const said = await Promise.all(
      opened.map(async (one) => (await sh(one, `echo ${one.id} > mine; ls; cat mine`)).stdout),
    );
    expect(said).toEqual(opened.map((one) => `a.txt\nlib\nmine\n${one.id}\n`));
    await Promise.all(opened.map(async (one) => await one[Symbol.asyncDispose]()));
  });

  test("an opening that is aborted leaves nothing", async () => {
    const abort = new AbortController();
    const opening = provider.open(fixture.request("aborted", { base, commit }), abort.signal);
    abort.abort(new Error("changed my mind"));
    await expect(opening).rejects.toThrow("changed my mind");
    expect((await provider.list()).map((found) => found.id)).not.toContain("aborted");
  });

  test.skipIf(!ordinaryUserCanRun)(
    "an ordinary user gets the same jail (skipped where it cannot read this checkout)",
    async () => {
      const open = new SandboxFixture(0o755);
      try {
        const at = open.project.commit({ "a.txt": "one\n" });
        execFileSync("chown", ["-R", "65533:65533", open.folder]);
        const script = fileURLToPath(new URL("./testing/ordinary-user.ts", import.meta.url));
        const argument = JSON.stringify({ options: open.options(), base: open.baseRequest(at), commit: at });
        const { stdout } = await execute(
          "setpriv",
          [
            "--reuid",
            "65533",
            "--regid",
            "65533",
            "--clear-groups",
            "--no-new-privs",
            process.execPath,
            script,
            argument,
          ],
          { env: {} },
        );
        expect(JSON.parse(stdout)).toEqual({
          isolation: "full",
          layering: "overlay",
          said: "one\nsealed\nCapEff:\t0000000000000000\n",
          created: true,
          fetched: true,
          adopted: "kept\n",
          left: [],
        });
      } finally {
        open.remove();
      }
    },
  );

  test("the folder's files are the provider's own", async () => {
    await expect(openLocalSandboxes({ root: "relative", nodePath: process.execPath, programs: [] })).rejects.toThrow(
      /cannot be used/,
    );
    await expect(fixture.provider({ nodePath: "/no/node" })).rejects.toThrow(/cannot be bound/);
  });
});
