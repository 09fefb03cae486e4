import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { DemoPlace } from "./testing/demo-place.ts";

let place: DemoPlace;

beforeAll(async () => {
  place = await DemoPlace.open();
});

afterAll(() => place[Symbol.asyncDispose]());

/** A PATH with git and no bubblewrap, on which nothing can be installed. */
async function poorPath(): Promise<string> {
  const folder = join(place.folder, "programs");
  await mkdir(folder);
  for (const name of ["git", "rm", "chmod"]) await symlink(`/usr/bin/${name}`, join(folder, name));
  return folder;
}

test("without bubblewrap the demo goes on, and nobody can overlook that nothing held its agents back", async () => {
  const PATH = await poorPath();
  const args = ["demo", "--once", "--scenario", join(import.meta.dirname, "../../examples/notes/search.yaml")];
  const { code, stdout, stderr } = await runCli(args, { env: { ...place.env, PATH } });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("NO ISOLATION  bubblewrap 0.8 or newer is not installed\n");
  expect(stdout).toMatch(/^fix {4}.*bubblewrap/mu);
  expect(stdout).toContain("sandbox  unjailed, isolation NONE");
  expect(stdout).toContain("Attempt 2 works in a new unjailed sandbox, isolation NONE");
  expect(stdout).toContain("In review: 1 of 1 criterion proven");
  expect(stdout).toMatch(/From the pull request[^]*Isolation: none[^]*held nothing back/u);
  expect(await place.traces()).toEqual([]);
}, 300_000);
