import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configChanges } from "./config-changes.ts";
import { readEnvironment } from "./environment.ts";
import { loadConfig } from "./load-config.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "omoios-home-"));
});
afterAll(() => rm(home, { recursive: true }));

test("what a running server does not know yet is named; a file that cannot be read now says so", async () => {
  const reload = () => loadConfig(readEnvironment({ OMOIOS_HOME: home }));
  const running = await reload();
  expect(await configChanges(running, reload)).toEqual([]);
  await writeFile(join(home, "config.yaml"), "scheduler:\n  slots: 7\nmodels:\n  default: scripted\n");
  expect(await configChanges(running, reload)).toEqual(["scheduler.slots", "models.default"]);
  await writeFile(join(home, "config.yaml"), "scheduler: [\n");
  expect(await configChanges(running, reload)).toEqual([expect.stringContaining("config.yaml")]);
});
