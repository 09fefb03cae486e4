import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Base, Sandbox, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { never, SandboxFixture, sh, whyNoJail } from "./testing/sandbox-fixture.ts";

const obstacle = await whyNoJail();

describe.skipIf(obstacle !== null)(`a jail holds${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  let provider: SandboxProvider;
  let base: Base;
  let commit: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    commit = fixture.project.commit({ "a.txt": "one\n" });
    writeFileSync(join(fixture.folder, "secret.txt"), "host secret");
    mkdirSync(join(fixture.folder, "tool"));
    writeFileSync(join(fixture.folder, "tool", "hello.sh"), "echo hello from the tool\n");
    provider = await fixture.provider({
      programs: [{ hostPath: join(fixture.folder, "tool"), jailPath: "/opt/agents/tool" }],
      limits: { maxProcesses: 200, maxFileBytes: 1_000_000 },
    });
    base = await provider.prepareBase(fixture.baseRequest(commit), never);
    sandbox = await provider.open(fixture.request("jail", { base, commit }, { env: { EXTRA: "yes" } }), never);
  });
  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]();
    fixture.remove();
  });

  test("nothing of the host but /usr and what was bound is there", async () => {
    const seen = await sh(
      sandbox,
      `ls -A /; ls -A /home; cat ${fixture.folder}/secret.txt /etc/shadow; ls /root /var /run /sys /mnt`,
    );
    expect(seen.stdout.trim().split("\n")).toEqual([
      "bin",
      "dev",
      "etc",
      "home",
      "lib",
      "lib64",
      "opt",
      "proc",
      "sbin",
      "tmp",
      "usr",
      "workspace",
      "agent",
    ]);
    expect(seen.stderr.match(/No such file or directory/g)).toHaveLength(7);
  });

  test("a bound program is readable and cannot be written", async () => {
    const seen = await sh(
      sandbox,
      "sh /opt/agents/tool/hello.sh; for f in /opt/agents/tool/x /opt/init/x /opt/node/bin/node; do (echo x >> $f) || echo refused; done",
    );
    expect(seen.stdout).toBe("hello from the tool\nrefused\nrefused\nrefused\n");
  });

  test("the environment is ours alone", async () => {
    const seen = await sandbox.run({ argv: ["/usr/bin/env"], env: { MORE: "1" }, timeoutMs: 10_000 });
    const names = seen.stdout
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(new Set(names)).toEqual(new Set(["EXTRA", "HOME", "LANG", "MORE", "OMOIOS_PROGRAM", "PATH"]));
    expect(
      (await sh(sandbox, "tr '\\0' '\\n' < /proc/1/environ; tr '\\0' '\\n' < /proc/2/environ")).stdout,
    ).not.toContain("VITEST");
  });

  test("a program can neither look into the init nor speak for it", async () => {
    const seen = await sh(
      sandbox,
      "echo x > /proc/$PPID/mem; ls /proc/$PPID/fd; cat /proc/$PPID/environ; cat /opt/init/node; readlink /proc/1/fd/* | grep -c socket; readlink /proc/self/fd/*",
    );
    expect(seen.stderr.match(/Permission denied/g)).toHaveLength(4);
    const [ofFirst, ...own] = seen.stdout.trim().split("\n");
    // Pid 1 has the jail's stdin, stdout and stderr, which carry nothing we listen to; a program has pipes of its own.
    expect(ofFirst).toBe("3");
    expect(own.filter((target) => target.startsWith("pipe:["))).toHaveLength(3);
    expect(own.filter((target) => target.startsWith("socket:["))).toEqual([]);
  });

  test("there is no network, no name service, and only loopback", async () => {
    const probe = `
      const net = require("node:net"), os = require("node:os"), dns = require("node:dns");
      console.log(Object.keys(os.networkInterfaces()).join() || "lo only");
      net.connect(80, "192.0.2.1").on("error", (e) => { console.log(e.code); dns.lookup("example.com", (d) => console.log(d.code)); });`;
    const seen = await sandbox.run({ argv: ["/opt/node/bin/node", "-e", probe], timeoutMs: 10_000 });
    expect(seen.stdout).toMatch(/^lo( only)?\nENETUNREACH\nE[A-Z_]+\n$/);
  });

  test("no capability, no new privileges, a filter, and another uid than root on the host", async () => {
    const status = (await sh(sandbox, "cat /proc/self/status")).stdout;
    expect(status).toMatch(/CapEff:\s+0+\n/);
    expect(status).toMatch(/CapBnd:\s+0+\n/);
    expect(status).toMatch(/NoNewPrivs:\s+1\n/);
    expect(status).toMatch(/Seccomp:\s+2\n/);
    const jail = JSON.parse(
      readFileSync(join(fixture.folder, "sandboxes", "sandboxes", "jail", "jail.json"), "utf8"),
    ) as { pid: number };
    const hostUid = /Uid:\s+(\d+)/.exec(readFileSync(`/proc/${jail.pid}/status`, "utf8"))?.[1];
    expect(Number(hostUid)).toBe(process.geteuid?.() === 0 ? 64_001 : process.geteuid?.());
  });

  test("mounting, new namespaces and kernel switches are refused", async () => {
    const seen = await sh(
      sandbox,
      "mount -t tmpfs x /tmp; echo $?; mount -o remount,rw /usr; echo $?; unshare -U true; echo $?; unshare -n true; echo $?; (echo x > /proc/sys/kernel/core_pattern) 2>&1",
    );
    expect(seen.stdout).not.toMatch(/^0$/m);
    expect(seen.stdout).toMatch(/core_pattern: (Read-only file system|Permission denied)/);
  });

  test("/dev and / cannot be filled, /dev/null works", async () => {
    const seen = await sh(
      sandbox,
      "touch /dev/x; touch /x; touch /etc/x; touch /home/x; echo gone > /dev/null && echo fine",
    );
    expect(seen.stdout).toBe("fine\n");
    expect(seen.stderr.match(/Read-only file system/g)).toHaveLength(4);
  });

  test("file size and process count are limited for each jail", async () => {
    const seen = await sh(
      sandbox,
      "grep -E 'core|processes' /proc/self/limits; head -c 2000000 /dev/zero > big; wc -c < big",
    );
    expect(seen.stdout).toMatch(/core file size\s+0\s+0\s.*\n.*processes\s+200\s+200\s.*\n1000000\n$/);
    const forks = await sh(sandbox, "i=0; while [ $i -lt 400 ]; do sleep 30 & i=$((i+1)); done; wait");
    expect(forks.stderr).toMatch(/[Cc]annot fork/);
    await sandbox.close();
    sandbox = await provider.open(fixture.request("jail", { base, commit }, { env: { EXTRA: "yes" } }), never);
  });

  test("an exploring sandbox reads the tree, has scratch room, and writes nothing", async () => {
    await using explorer = await provider.open(
      fixture.request("explorer", { base, commit }, { mode: "exploration", branch: null }),
      never,
    );
    const seen = await sh(
      explorer,
      "cat a.txt; echo x > a.txt; git commit --allow-empty -m x; echo ok > /tmp/t && echo ok > $HOME/t && cat /tmp/t",
    );
    expect(seen.stdout).toBe("one\nok\n");
    expect(seen.stderr).toMatch(/a\.txt: Read-only file system/);
    await expect(
      explorer.commit({ message: "x", authorName: "A", authorEmail: "a@example.invalid", at: new Date(0) }),
    ).rejects.toThrow(/may not commit/);
    await explorer.close();
    await expect(explorer.uploadPack()).rejects.toThrow(/may not hand out commits/);
  });

  test("validation may write, but nothing leaves it", async () => {
    const judged = await provider.prepareBase(fixture.baseRequest(commit, { trust: "validation" }), never);
    expect(judged.id).not.toBe(base.id);
    await using validator = await provider.open(
      fixture.request("validator", { base: judged, commit }, { mode: "validation", branch: null }),
      never,
    );
    expect((await sh(validator, "echo x > new && cat new a.txt")).stdout).toBe("x\none\n");
    await validator.close();
    await expect(validator.uploadPack()).rejects.toThrow(/may not hand out commits/);
    await expect(
      provider.open(fixture.request("mixed", { base, commit }, { mode: "validation", branch: null }), never),
    ).rejects.toThrow(/base of its own domain/);
  });

  test("work and validation have different uids on the host, which stay", async () => {
    if (process.geteuid?.() !== 0) return;
    const again = await fixture.provider();
    await using validator = await again.open(
      fixture.request(
        "uids",
        { base: await again.prepareBase(fixture.baseRequest(commit, { trust: "validation" }), never), commit },
        { mode: "validation", branch: null },
      ),
      never,
    );
    const jail = JSON.parse(
      readFileSync(join(fixture.folder, "sandboxes", "sandboxes", validator.id, "jail.json"), "utf8"),
    ) as { pid: number };
    expect(readFileSync(`/proc/${jail.pid}/status`, "utf8")).toMatch(/Uid:\s+64002\s/);
  });

  test("uid 0 is never used", async () => {
    await expect(fixture.provider({ firstUid: 0 })).rejects.toThrow(/never run as uid 0/);
  });
});
