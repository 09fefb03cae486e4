import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultError } from "@omoios/domain/shared/fault";
import type { SandboxProvider } from "@omoios/engine/ports/sandbox";
import { git, never, SandboxFixture, sh, whyNoJail, writeFiles } from "./testing/sandbox-fixture.ts";

const obstacle = await whyNoJail();

describe.skipIf(obstacle !== null)(`bases and trees${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  const bases = join(fixture.folder, "sandboxes", "bases");
  let first: string;
  let second: string;
  let provider: SandboxProvider;

  beforeAll(async () => {
    first = fixture.project.commit({
      "a.txt": "one\n",
      "-dash": "dash\n",
      "line\nbreak": "odd\n",
      "lib/b.txt": "two\n",
      ".gitignore": "ignored\n",
    });
    second = fixture.project.commit({ "a.txt": "changed\n", "added.txt": "new\n" });
    writeFiles(fixture.project.checkout, { "node_modules/dep/index.js": "dep", ".env": "A=1\n", "-lead/x": "x" });
    symlinkSync("dep", join(fixture.project.checkout, "node_modules", "alias"));
    symlinkSync("/etc", join(fixture.project.checkout, "outside"));
    chmodSync(join(fixture.project.checkout, ".env"), 0o600);
    provider = await fixture.provider();
  });
  afterAll(() => fixture.remove());

  test("a base is built once, by whoever asks first, and found again by the next provider", async () => {
    const request = fixture.baseRequest(first);
    const built = await Promise.all([1, 2, 3].map(async () => await provider.prepareBase(request, never)));
    expect(built.filter((base) => base.built)).toHaveLength(1);
    const again = await (await fixture.provider()).prepareBase({ ...request, commit: second }, never);
    expect(again).toEqual({ id: built[0]?.id, commit: first, trust: "work", built: false });
    expect(readdirSync(bases)).toEqual([again.id]);
  });

  test("its repository stands alone, holds only what the commit reaches, and is clean", async () => {
    git(fixture.project.hub, "update-ref", "refs/omoios/checks/SPC-1", second);
    const base = await provider.prepareBase(fixture.baseRequest(first), never);
    await using sandbox = await provider.open(fixture.request("alone", { base, commit: first }), never);
    const seen = await sh(
      sandbox,
      `git status --porcelain; git fsck --full && git cat-file -t ${second}; ls .git/objects/info/alternates; git config gc.auto; git config user.email; git log --format=%s`,
    );
    expect(seen.stdout).toBe("0\nagent@omoios.invalid\nchange\n");
    expect(seen.stderr).toMatch(/could not get object info|Not a valid object name/);
    expect((await sh(sandbox, "ls -A; cat ./-dash 'line\nbreak'")).stdout).toBe(
      "-dash\n.git\n.gitignore\na.txt\nlib\nline\nbreak\ndash\nodd\n",
    );
  });

  test("another commit is a layer over the base, made once for everybody who starts there", async () => {
    const base = await provider.prepareBase(fixture.baseRequest(first), never);
    await using sandbox = await provider.open(fixture.request("delta", { base, commit: second }), never);
    expect(
      (
        await sh(
          sandbox,
          "cat a.txt added.txt lib/b.txt; git status --porcelain; git rev-parse HEAD; git rev-parse --abbrev-ref HEAD",
        )
      ).stdout,
    ).toBe(`changed\nnew\ntwo\n${second}\ntask/TSK-1-thing\n`);
    const layers = join(bases, base.id, "layers");
    const layer = join(layers, second, "data", "upper");
    expect(readdirSync(layer).sort()).toEqual([".git", "a.txt", "added.txt"]);
    await sh(sandbox, "rm added.txt; echo mine > a.txt; git commit -qam mine");
    const madeAt = statSync(join(layer, "a.txt")).mtimeMs;
    await using other = await provider.open(fixture.request("delta-2", { base, commit: second }), never);
    expect((await sh(other, "cat a.txt added.txt; git status --porcelain; git rev-parse HEAD")).stdout).toBe(
      `changed\nnew\n${second}\n`,
    );
    expect([readdirSync(layers), statSync(join(layer, "a.txt")).mtimeMs]).toEqual([[second], madeAt]);
    await using reader = await provider.open(
      fixture.request("delta-reader", { base, commit: second }, { mode: "exploration", branch: null }),
      never,
    );
    expect(
      (await sh(reader, "cat a.txt; git rev-parse HEAD; git status --porcelain; touch x || echo refused")).stdout,
    ).toBe(`changed\n${second}\nrefused\n`);
  });

  test("layers nobody used for long make way; one a sandbox stands on stays", async () => {
    const base = await provider.prepareBase(fixture.baseRequest(first, { setupDigest: "many-layers" }), never);
    const commits = Array.from({ length: 15 }, (_none, n) => fixture.project.commit({ "n.txt": `${n}\n` }));
    const layers = join(bases, base.id, "layers");
    const open = async (id: string, commit: string) =>
      await provider.open(fixture.request(id, { base, commit }), never);
    const [held = "", oldest = ""] = commits;
    await using sandbox = await open("layer-held", held);
    for (const [n, commit] of commits.slice(1).entries()) {
      await (await open(`layer-${n}`, commit))[Symbol.asyncDispose]();
      const hourAgo = new Date(Date.now() - 3_600_000 + n * 1000);
      for (const name of [held, commit]) utimesSync(join(layers, name), hourAgo, hourAgo);
    }
    expect(readdirSync(layers)).toHaveLength(13);
    expect(readdirSync(layers)).toContain(held);
    expect(readdirSync(layers)).not.toContain(oldest);
    expect((await sh(sandbox, "cat n.txt")).stdout).toBe("0\n");
  });

  test("an older commit than the base's is a delta like any other", async () => {
    const base = await provider.prepareBase(fixture.baseRequest(second, { setupDigest: "at-second" }), never);
    await using sandbox = await provider.open(fixture.request("older", { base, commit: first }), never);
    expect((await sh(sandbox, "cat a.txt; ls added.txt; git status --porcelain")).stdout).toBe("one\n");
  });

  test("sandboxes of one base do not see each other and leave the base alone", async () => {
    const base = await provider.prepareBase(fixture.baseRequest(first), never);
    await using one = await provider.open(fixture.request("one", { base, commit: first }), never);
    await sh(one, "rm -r lib; echo spoiled > a.txt; git config user.email evil@example.invalid; mv ./-dash away");
    await using other = await provider.open(fixture.request("other", { base, commit: first }), never);
    expect((await sh(other, "cat a.txt lib/b.txt; git config user.email; git status --porcelain")).stdout).toBe(
      "one\ntwo\nagent@omoios.invalid\n",
    );
  });

  test("copied files are there, links are links, git does not see them", async () => {
    const copyFiles = ["node_modules", ".env", "-lead", "outside"];
    const base = await provider.prepareBase(fixture.baseRequest(first, { setupDigest: "copied", copyFiles }), never);
    await using sandbox = await provider.open(fixture.request("copied", { base, commit: first }), never);
    const seen = await sh(
      sandbox,
      "cat node_modules/alias/index.js .env ./-lead/x; echo; readlink node_modules/alias outside; stat -c %U%a .env; git status --porcelain; echo more >> .env",
    );
    expect(seen).toMatchObject({ stdout: "depA=1\nx\ndep\n/etc\nagent600\n", stderr: "" });
    expect(statSync(join(fixture.project.checkout, ".env")).size).toBe(4);
  });

  test("paths that escape, follow links, are missing or tracked are refused, all at once", async () => {
    const copyFiles = ["../secret", "/etc/passwd", "outside/passwd", ".git/config", "missing", "a//b", ""];
    const refusal: unknown = await provider
      .prepareBase(fixture.baseRequest(first, { setupDigest: "bad", copyFiles }), never)
      .catch((error: unknown) => error);
    const problems = refusal instanceof FaultError && refusal.fault.kind === "invalid" ? refusal.fault.problems : [];
    expect(problems.map((problem) => problem.at)).toEqual(copyFiles.map((path) => `copyFiles ${JSON.stringify(path)}`));
    await expect(
      provider.prepareBase(fixture.baseRequest(first, { setupDigest: "tracked", copyFiles: ["lib"] }), never),
    ).rejects.toThrow(/lib\/b\.txt: is tracked by git/);
    expect(readdirSync(bases).filter((name) => name.startsWith("draft"))).toEqual([]);
  });

  test("a tree full of tricks runs nothing and checks out", async () => {
    const checkout = fixture.project.checkout;
    const tricks = {
      ".gitattributes": "* filter=evil merge=evil diff=evil\n",
      ".githooks/post-checkout": "#!/bin/sh\ntouch /workspace/hooked\n",
      ".gitmodules": '[submodule "s"]\n\tpath = s\n\turl = /etc\n',
    };
    writeFiles(checkout, tricks);
    chmodSync(join(checkout, ".githooks", "post-checkout"), 0o755);
    symlinkSync("/etc/passwd", join(checkout, "passwd-link"));
    git(checkout, "update-index", "--add", "--cacheinfo", `160000,${first},s`);
    git(checkout, "add", ...Object.keys(tricks), "passwd-link");
    git(checkout, "commit", "-q", "-m", "tricks");
    git(fixture.project.hub, "fetch", "-q", checkout, "+refs/heads/main:refs/heads/tricks");
    const tricky = git(checkout, "rev-parse", "HEAD");
    const base = await provider.prepareBase(fixture.baseRequest(tricky, { setupDigest: "tricks" }), never);
    await using sandbox = await provider.open(fixture.request("tricks", { base, commit: tricky }), never);
    expect((await sh(sandbox, "ls hooked; ls -A s; readlink passwd-link; git status --porcelain")).stdout).toBe(
      "/etc/passwd\n",
    );
  });

  test("a commit the hub lacks is named, and nothing half-built stays", async () => {
    const missing = "0123456789".repeat(4);
    await expect(provider.prepareBase(fixture.baseRequest(missing, { setupDigest: "missing" }), never)).rejects.toThrow(
      new RegExp(missing),
    );
    const base = await provider.prepareBase(fixture.baseRequest(first), never);
    await expect(provider.open(fixture.request("missing", { base, commit: missing }), never)).rejects.toThrow(
      new RegExp(missing),
    );
    await expect(
      provider.open(fixture.request("baseless", { base: { ...base, id: "f".repeat(32) }, commit: first }), never),
    ).rejects.toThrow(/sandbox base f+ does not exist/);
    expect((await provider.list()).length).toBe(0);
    mkdirSync(join(bases, "draft-999999999-1-left"));
    await fixture.provider();
    expect(readdirSync(bases).filter((name) => name.startsWith("draft"))).toEqual([]);
  });

  test("where overlays are refused trees are copied, with everything else the same", async () => {
    const copying = await fixture.provider({ layering: "clone" });
    expect(await copying.probe()).toMatchObject({ isolation: "full", layering: "clone" });
    const base = await copying.prepareBase(fixture.baseRequest(first), never);
    const sandbox = await copying.open(fixture.request("cloned", { base, commit: second }), never);
    expect(
      (
        await sh(
          sandbox,
          "cat a.txt lib/b.txt; git status --porcelain; echo x > n; rm -r lib; grep -c overlay /proc/self/mountinfo",
        )
      ).stdout,
    ).toBe("changed\ntwo\n0\n");
    const { tip } = await sandbox.commit({
      message: "m",
      authorName: "A",
      authorEmail: "a@example.invalid",
      at: new Date(1_700_000_000_000),
    });
    await sandbox.close();
    const pack = await sandbox.uploadPack();
    git(
      fixture.project.hub,
      "fetch",
      "-q",
      `--upload-pack=${pack.command}`,
      pack.path,
      "+refs/heads/task/TSK-1-thing:refs/sandbox/cloned",
    );
    expect(git(fixture.project.hub, "rev-parse", "refs/sandbox/cloned")).toBe(tip);
    const adopted = await copying.open(fixture.request("cloned", { base, commit: second }), never);
    expect((await sh(adopted, "cat n; ls lib")).stdout).toBe("x\n");
    await adopted[Symbol.asyncDispose]();
    await using reader = await copying.open(
      fixture.request("cloned-reader", { base, commit: first }, { mode: "exploration", branch: null }),
      never,
    );
    expect((await sh(reader, "cat a.txt; touch x || echo refused")).stdout).toBe("one\nrefused\n");
  });

  test("a hub nobody else may read serves, and stays as it was", async () => {
    execFileSync("chmod", ["-R", "go-rwx", fixture.project.hub]);
    const base = await provider.prepareBase(fixture.baseRequest(first, { setupDigest: "private-hub" }), never);
    expect(base.built).toBe(true);
    writeFileSync(join(fixture.project.hub, "probe"), "still ours");
  });
});
