import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Base, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { never, SandboxFixture, sh, whyNoJail } from "./testing/sandbox-fixture.ts";

const obstacle = await whyNoJail();

describe.skipIf(obstacle !== null)(`kept bases${obstacle === null ? "" : `: skipped, ${obstacle}`}`, () => {
  const fixture = new SandboxFixture();
  const bases = join(fixture.folder, "sandboxes", "bases");
  let commit: string;

  beforeAll(() => {
    commit = fixture.project.commit({ "a.txt": "one\n" });
  });
  afterAll(() => fixture.remove());

  const prepare = (provider: SandboxProvider, setupDigest: string): Promise<Base> =>
    provider.prepareBase(fixture.baseRequest(commit, { setupDigest }), never);

  /** As if it had last been used an hour ago, or longer. */
  function age({ id }: Base, hours: number): void {
    const at = new Date(Date.now() - hours * 3_600_000);
    utimesSync(join(bases, id, "base.json"), at, at);
  }

  test("the least recently used go first; what a sandbox stands on, or was just given out, stays", async () => {
    const provider = await fixture.provider();
    const [held, oldest, recent] = [
      await prepare(provider, "1"),
      await prepare(provider, "2"),
      await prepare(provider, "3"),
    ];
    await using sandbox = await provider.open(fixture.request("holds", { base: held, commit }), never);
    age(held, 9);
    age(oldest, 8);
    age(recent, 7);
    mkdirSync(join(bases, "0123456789abcdef0123456789abcdef"));
    const init = join(fixture.folder, "sandboxes", "init");
    mkdirSync(join(init, "0000000000000000"));
    const roomy = await fixture.provider({ baseCacheBytes: 1_000_000_000 });
    expect(readdirSync(bases).toSorted()).toEqual([held.id, oldest.id, recent.id].toSorted());
    expect(readdirSync(init)).toHaveLength(1);
    expect((await prepare(roomy, "3")).built).toBe(false);
    const tight = await fixture.provider({ baseCacheBytes: 1 });
    expect(readdirSync(bases).toSorted()).toEqual([held.id, recent.id].toSorted());
    const fresh = await prepare(tight, "4");
    expect(readdirSync(bases).toSorted()).toEqual([held.id, recent.id, fresh.id].toSorted());
    expect((await sh(sandbox, "cat a.txt")).stdout).toBe("one\n");
  });

  test("a base another version wrote is built anew", async () => {
    const provider = await fixture.provider();
    const base = await prepare(provider, "old");
    writeFileSync(join(bases, base.id, "base.json"), JSON.stringify({ version: 1 }));
    age(base, 9);
    const current = await fixture.provider({ baseCacheBytes: 1_000_000_000 });
    expect(readdirSync(bases)).not.toContain(base.id);
    expect((await prepare(current, "old")).built).toBe(true);
  });

  test("says what is free, and how much has to be", async () => {
    const space = await (await fixture.provider({ leastFreeBytes: 123 })).space();
    expect(space.leastBytes).toBe(123);
    expect(space.freeBytes).toBeGreaterThan(1_000_000);
  });
});
