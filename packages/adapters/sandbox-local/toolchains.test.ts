import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { never, SandboxFixture, sh, whyNoJail } from "./testing/sandbox-fixture.ts";
import { findToolchains } from "./toolchains.ts";

const home = mkdtempSync(join(tmpdir(), "omoios-tools-"));

function program(path: string, says: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho ${says}\n`);
  chmodSync(file, 0o755);
  return file;
}

afterAll(() => rmSync(home, { recursive: true }));

test("finds the versions that are in use, and nothing in an empty home", async () => {
  expect(await findToolchains({ home: join(home, "nobody"), configured: null })).toEqual([]);
  program(".pyenv/versions/3.9.1/bin/python3", "3.9");
  program(".pyenv/versions/3.12.1/bin/python3", "3.12");
  writeFileSync(join(home, ".pyenv/version"), "3.9.1\n");
  program(".rustup/toolchains/stable-x/bin/cargo", "cargo");
  writeFileSync(join(home, ".rustup/settings.toml"), 'version = "12"\ndefault_toolchain = "stable-x"\n');
  program("sdk/go1.9/bin/go", "old");
  program("sdk/go1.21/bin/go", "new");
  program(".local/bin/uv", "uv");
  const found = await findToolchains({ home, configured: null });
  expect(found.map(({ hostPath, path }) => [hostPath.slice(home.length), path])).toEqual([
    ["/.pyenv/versions/3.9.1", "/opt/tools/python/bin"],
    ["/.rustup/toolchains/stable-x", "/opt/tools/rust/bin"],
    ["/sdk/go1.21", "/opt/tools/go/bin"],
    ["/.local/bin/uv", "/opt/tools/uv"],
  ]);
});

test("a configured folder that is not there is named", async () => {
  await expect(findToolchains({ home, configured: [join(home, "missing")] })).rejects.toThrow(/missing: is no folder/);
});

const obstacle = await whyNoJail();

describe.skipIf(obstacle !== null)(`in a jail${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  afterAll(() => fixture.remove());

  test("found programs come before the system's, and only configured ones before our Node", async () => {
    const commit = fixture.project.commit({ "a.txt": "one\n" });
    for (const name of ["node", "env", "extra"]) program(`own/bin/${name}`, `own ${name}`);
    for (const name of ["node", "env"]) program(`.pyenv/versions/3.9.1/bin/${name}`, `found ${name}`);
    writeFileSync(join(home, ".pyenv/version"), "3.9.1\n");
    const say = "extra; env | head -1; node --version | cut -c1-3; echo x > $(command -v env) || echo kept";
    const answers: string[] = [];
    for (const configured of [null, [join(home, "own")]]) {
      const provider = await fixture.provider({ programs: await findToolchains({ home, configured }) });
      const base = await provider.prepareBase(fixture.baseRequest(commit), never);
      await using sandbox = await provider.open(fixture.request("tools", { base, commit }), never);
      answers.push((await sh(sandbox, say)).stdout);
    }
    expect(answers).toEqual(["found env\nv24\nkept\n", "own extra\nown env\nown\nkept\n"]);
  });
});
