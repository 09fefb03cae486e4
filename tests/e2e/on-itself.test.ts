import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runResultSchema } from "@omoios/contract/run-result";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";

const checkout = join(import.meta.dirname, "../..");

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "omoios-on-itself-"));
  // What is changed here, and what proves it, needs nothing but Node.
  await writeFile(join(home, "config.yaml"), "setup:\n  install: none\n");
});

afterAll(() => rm(home, { recursive: true, force: true }));

test("changes OmoiOS's own code, as it is committed here, proven by OmoiOS's own tests", async () => {
  const { code, stdout, stderr } = await runCli(
    [
      ...["run", "Show weeks in durations", "--repo", checkout, "--yes", "--json"],
      ...["--agent", "scripted", "--model", "scripted", "--scenario", join(checkout, "examples/omoios/weeks.yaml")],
    ],
    { env: { OMOIOS_HOME: home, OMOIOS_PORT: "0" } },
  );
  expect(code, stderr).toBe(0);
  const result = runResultSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  expect(result.criteria).toMatchObject([{ id: "REQ-1.1", met: true }]);
  expect(result.tasks).toMatchObject([{ status: "complete", attempts: 2 }]);
});
