import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planInstall } from "@omoios/domain/sandbox/install-plan";
import { FaultError, faultFixes } from "@omoios/domain/shared/fault";
import type { BaseInstall, BaseRequest, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { LoopbackRegistry } from "./testing/loopback-registry.ts";
import { never, SandboxFixture, sh, whyNoJail } from "./testing/sandbox-fixture.ts";

const obstacle = await whyNoJail();

describe.skipIf(obstacle !== null)(`set-up${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  const bases = join(fixture.folder, "sandboxes", "bases");
  let registry: LoopbackRegistry;
  let provider: SandboxProvider;
  let commit: string;
  let manifest: string;

  beforeAll(async () => {
    registry = await LoopbackRegistry.open(join(fixture.folder, "registry"));
    provider = await fixture.provider({ npmPath: registry.npmPath });
    manifest = JSON.stringify({ name: "user", version: "1.0.0", dependencies: { leftish: "^1.0.0" } });
    commit = fixture.project.commit({ "package.json": manifest, "a.txt": "one\n" });
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    fixture.remove();
  });

  function install(settings: { readonly install?: string; readonly scripts?: boolean }): BaseInstall {
    const all = { install: "auto", scripts: false, copyFiles: [], ...settings };
    const plan = planInstall(all, new Map([["package.json", manifest]]));
    if (plan === null) throw new Error("there is nothing to install");
    return { ...plan, timeoutMs: 120_000, allow: [], maxBytes: 10_000_000 };
  }

  const request = (digest: string, wanted: BaseInstall, change: Partial<BaseRequest> = {}) =>
    fixture.baseRequest(commit, { setupDigest: digest, install: wanted, ...change });

  async function refusal(digest: string, wanted: BaseInstall): Promise<{ message: string; fix: string }> {
    const error: unknown = await provider.prepareBase(request(digest, wanted), never).catch((cause: unknown) => cause);
    if (!(error instanceof FaultError)) throw new Error("it was prepared", { cause: error });
    expect(readdirSync(bases).filter((name) => name.startsWith("draft"))).toEqual([]);
    return { message: error.message, fix: faultFixes(error.fault).join() };
  }

  test("packages of the person's registry are in every sandbox, git does not see them, and what happened is told", async () => {
    let said = "";
    const base = await provider.prepareBase(
      request("auto", install({}), { onSetupOutput: (text) => (said += text) }),
      never,
    );
    await using sandbox = await provider.open(fixture.request("uses", { base, commit }), never);
    const seen = await sh(
      sandbox,
      `node -p "require('leftish')('x')"; git status --porcelain; ls node_modules/leftish /bridge; env | grep -ci proxy`,
    );
    expect(seen.stdout).toBe("< x\nnode_modules/leftish:\nmain.js\npackage.json\n0\n");
    expect(said).toContain(`set-up may reach: 127.0.0.1:${registry.port}\n`);
    expect(said).toContain("$ npm install --no-package-lock");
    expect(said).toMatch(/network: 127\.0\.0\.1:\d+ \d+ connections, \d+ bytes/);
  });

  test("validation gets a base of its own, and packages run their own code only when asked to", async () => {
    const wanted = request("scripts", install({ scripts: true }), { trust: "validation" });
    const base = await provider.prepareBase(wanted, never);
    await using sandbox = await provider.open(
      fixture.request("judges", { base, commit }, { mode: "validation", branch: null }),
      never,
    );
    expect((await sh(sandbox, "ls node_modules/leftish")).stdout).toBe("built\nmain.js\npackage.json\n");
  });

  test("a command of one's own may make and change what it likes: the commit's files are as committed", async () => {
    const command = "echo changed >> a.txt\nmkdir -p 'out put' && echo built > 'out put/[x]'\ntouch made";
    const base = await provider.prepareBase(request("own", install({ install: command })), never);
    await using sandbox = await provider.open(fixture.request("own", { base, commit }), never);
    expect((await sh(sandbox, "cat a.txt 'out put/[x]'; git status --porcelain")).stdout).toBe("one\nbuilt\n");
  });

  test("a host that is not allowed is named, with the setting that would allow it", async () => {
    const { message, fix } = await refusal(
      "elsewhere",
      install({ install: "npm install --fetch-retries=0 --registry http://packages.example/" }),
    );
    expect(message).toMatch(/Set-up failed \(exit \d+\): npm install [^]*It asked for packages\.example:80, which/);
    expect(fix).toContain("packages.example:80 to setup.network.allow in config.yaml");
  });

  test("there is no way around the proxy", async () => {
    const probe = `node -e "require('net').connect(${registry.port}, '127.0.0.1').on('error', (e) => { console.log(e.code); process.exit(9) })"`;
    const { message } = await refusal("around", install({ install: probe }));
    expect(message).toMatch(/exit 9[^]*ECONNREFUSED/);
  });

  test("a command that fails, hangs, carries too much or has no program says so, and leaves nothing", async () => {
    expect((await refusal("fails", install({ install: "echo no luck >&2; exit 3" }))).message).toMatch(
      /Set-up failed \(exit 3\): [^]*no luck/,
    );
    const hanging = { ...install({ install: "echo waiting; sleep 600" }), timeoutMs: 2000 };
    expect(await refusal("hangs", hanging)).toEqual({
      message: "Set-up took longer than 2000 ms: echo waiting; sleep 600\n$ echo waiting; sleep 600\nwaiting",
      fix: "Raise setup.timeoutMs, or set setup.install to a command that ends sooner",
    });
    const greedy = { ...install({}), maxBytes: 200 };
    expect((await refusal("greedy", greedy)).fix).toContain("setup.network.maxBytes");
    const absent = { ...install({}), steps: [{ tool: "no-such-tool", command: "no-such-tool install" }] };
    expect((await refusal("absent", absent)).message).toMatch(/Set-up needs no-such-tool/);
    const kept = await provider.prepareBase(request("fails", install({ install: "true" })), never);
    expect(kept.built).toBe(true);
  });
});
