import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Identities } from "./identities.ts";
import { explainRefusal, versionObstacle } from "./probe.ts";
import { buildSeccompFilter, refusedCalls } from "./seccomp.ts";
import { machineObstacle, UnsupportedMachine } from "./unsupported-machine.ts";
import { git, never, SandboxFixture } from "./testing/sandbox-fixture.ts";

const switches = { maxUserNamespaces: 1000, unprivilegedUsernsClone: null, apparmorRestrictsUserns: null };

describe("a machine without jails", () => {
  const fixture = new SandboxFixture();
  afterAll(() => fixture.remove());

  test("without bubblewrap the probe says none, and nothing opens", async () => {
    const provider = await fixture.provider({ tools: { bwrap: "/no/such/bwrap" } });
    expect(await provider.probe()).toEqual({
      isolation: "none",
      layering: "clone",
      reason: "bubblewrap is not installed.",
      fix: "apt-get install bubblewrap",
    });
    const commit = fixture.project.commit({ "a.txt": "a\n" });
    await expect(provider.prepareBase(fixture.baseRequest(commit), never)).rejects.toMatchObject({
      fault: { kind: "unavailable", fix: "apt-get install bubblewrap" },
    });
    const base = { id: "0".repeat(32), commit, trust: "work", built: false } as const;
    await expect(provider.open(fixture.request("none", { base, commit }), never)).rejects.toThrow(
      /bubblewrap is not installed/,
    );
  });

  test("a bubblewrap that cannot start a jail is explained by what it said", async () => {
    const path = join(fixture.folder, "bwrap");
    const said =
      "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)";
    writeFileSync(
      path,
      `#!/bin/sh\n[ "$1" = --version ] && echo 'bubblewrap 0.8.0' && exit 0\necho '${said}' >&2\nexit 1\n`,
    );
    chmodSync(path, 0o755);
    chmodSync(fixture.folder, 0o755);
    const provider = await fixture.provider({ tools: { bwrap: path } });
    expect(await provider.probe()).toMatchObject({
      isolation: "none",
      reason: expect.stringContaining("ENOSPC") as unknown,
      fix: "sudo sysctl -w user.max_user_namespaces=15000",
    });
  });
});

describe("what refusals mean", () => {
  test.each([
    {
      name: "AppArmor",
      said: "bwrap: setting up uid map: Permission denied",
      state: { ...switches, apparmorRestrictsUserns: 1 },
      fix: /kernel\.apparmor_restrict_unprivileged_userns=0/,
    },
    {
      name: "a switch of Debian's",
      said: "unshare: unshare failed: Operation not permitted",
      state: { ...switches, unprivilegedUsernsClone: 0 },
      fix: /kernel\.unprivileged_userns_clone=1/,
    },
    {
      name: "no namespaces at all",
      said: "unshare failed",
      state: { ...switches, maxUserNamespaces: 0 },
      fix: /user\.max_user_namespaces/,
    },
    {
      name: "a container",
      said: "bwrap: No permissions to create new namespace",
      state: switches,
      fix: /seccomp=unconfined/,
    },
    { name: "anything else", said: "bwrap: Unknown option", state: switches, fix: /doctor/ },
  ])("$name", ({ said, state, fix }) => {
    const explained = explainRefusal(said, state);
    expect(explained.fix).toMatch(fix);
    expect(explained.reason).toContain(said);
  });

  test("the oldest bubblewrap that will do", () => {
    expect(versionObstacle("bubblewrap 0.8.0\n")).toBeNull();
    expect(versionObstacle("bubblewrap 0.11.0")).toBeNull();
    expect(versionObstacle("bubblewrap 1.0.0")).toBeNull();
    expect(versionObstacle("bubblewrap 0.4.1")?.fix).toContain("0.8");
  });
});

describe("a machine of another kind", () => {
  test("is told apart before anything is touched, and refuses everything", async () => {
    expect(machineObstacle("linux", "x64")).toBeNull();
    expect(machineObstacle("linux", "riscv64")?.reason).toContain("riscv64");
    const mac = new UnsupportedMachine(machineObstacle("darwin", "arm64") ?? { reason: "", fix: "" });
    expect(await mac.probe()).toMatchObject({ isolation: "none", fix: "Use the Docker sandbox on this machine." });
    await expect(mac.open()).rejects.toThrow(/needs Linux namespaces/);
    await expect(mac.prepareBase()).rejects.toThrow(/needs Linux namespaces/);
    expect(await mac.list()).toEqual([]);
  });
});

describe("uids", () => {
  const fixture = new SandboxFixture();
  afterAll(() => fixture.remove());

  test("are two a project, agreed on by all processes, and never change", async () => {
    await fixture.provider();
    const slots = join(fixture.folder, "sandboxes", "slots");
    const readers = Array.from({ length: 5 }, () => new Identities(slots, 64_001));
    const projects = ["a", "b", "c", "d"];
    const given = await Promise.all(
      readers.map(
        async (reader) => await Promise.all(projects.map(async (project) => (await reader.of(project, "work")).uid)),
      ),
    );
    expect(new Set(given.map((uids) => uids.join())).size).toBe(1);
    expect(new Set(given[0])).toEqual(new Set([64_001, 64_003, 64_005, 64_007]));
    const later = new Identities(slots, 64_001);
    expect((await later.of("c", "validation")).uid).toBe((given[0]?.[2] ?? 0) + 1);
  });
});

describe("the system-call filter", () => {
  test.each(["x64", "arm64"] as const)("is a sound program on %s", (architecture) => {
    const bytes = buildSeccompFilter(architecture);
    const view = new DataView(bytes.buffer);
    const length = bytes.length / 8;
    const last = view.getUint32((length - 1) * 8 + 4, true);
    expect(last).toBe(0x00050001);
    for (let at = 0; at < length; at += 1) {
      const isJump = (view.getUint16(at * 8, true) & 7) === 5;
      if (isJump) expect(at + 1 + view.getUint8(at * 8 + 2)).toBeLessThan(length);
      if (isJump && at > 3) expect(at + 1 + view.getUint8(at * 8 + 2)).toBe(length - 1);
    }
    const numbers = Object.values(refusedCalls).flatMap((pair) => pair[architecture === "x64" ? 0 : 1] ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

test("the fixture's git reads no configuration of the machine", () => {
  const fixture = new SandboxFixture();
  expect(git(fixture.project.hub, "config", "--list", "--show-scope")).not.toMatch(/^(global|system)/m);
  fixture.remove();
});
