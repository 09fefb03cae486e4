import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliErrorSchema } from "@omoios/contract/cli-error";
import { runResultSchema } from "@omoios/contract/run-result";
import { runCli, startCli } from "../../apps/cli/testing/run-cli.ts";
import { DemoPlace, payloads } from "./testing/demo-place.ts";

/** One task: the rest of the demo is the same, and done sooner. */
const small = join(import.meta.dirname, "../../examples/notes/search.yaml");

let place: DemoPlace;

beforeAll(async () => {
  place = await DemoPlace.open();
});

afterAll(() => place[Symbol.asyncDispose]());

/** The small scenario, whose agent is never told how to do it right and whose validator is always content. */
async function neverRight(): Promise<string> {
  const text = await readFile(small, "utf8");
  const path = join(place.folder, "never-right.yaml");
  await writeFile(path, text.slice(0, text.indexOf("      # Attempt 2")).replace("met: false", "met: true"));
  return path;
}

test("the story of the demo: all of it happens, and nothing is left", async () => {
  const run = await place.demo();
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain("Set for the demo: watch.idleMs 3.0 s (usually 5 min)");
  const { criteria, tasks, pullRequest } = runResultSchema.parse(run.last);
  expect(pullRequest).toMatchObject({ base: "main" });
  expect(tasks).toHaveLength(9);
  expect(tasks.every(({ status }) => status === "complete")).toBe(true);
  expect(criteria).toHaveLength(10);
  expect(criteria.every(({ met }) => met === true)).toBe(true);

  const phases = payloads(run, "phase.ended").map(({ phase, status }) => `${phase} ${status}`);
  expect(phases).toEqual(
    ["EXPLORE", "PRD", "REQUIREMENTS", "DESIGN", "TASKS", "SYNC", "COMPLETE"].map((phase) => `${phase} finished`),
  );
  expect(payloads(run, "gate.refused").map(({ phase, try: number }) => `${phase} ${number}`)).toEqual([
    "REQUIREMENTS 1",
  ]);
  expect(payloads(run, "intervention.made").map(({ kind }) => kind)).toEqual(["nudge", "restart"]);
  expect(
    payloads(run, "evidence.recorded")
      .filter(({ criterion, subject }) => criterion === "REQ-5.1" && subject === "candidate")
      .map(({ number, passed }) => [number, passed])
      .slice(0, 2),
  ).toEqual([
    [1, false],
    [2, true],
  ]);
  expect(payloads(run, "base.moved")).toMatchObject([{ branch: "main", task: tasks.at(-1)?.id }]);
  expect(payloads(run, "conflict.found")).toMatchObject([{ paths: ["src/server.ts"] }]);
  expect(
    payloads(run, "discovery.reported")
      .map(({ title }) => title)
      .toSorted(),
  ).toEqual(["Keep the notes of each person apart", "Refuse an email address with a line break"]);
  expect(await place.traces()).toEqual([]);
}, 600_000);

test("two demos at once: the one that is corrected lands, the one that never gets it right does not", async () => {
  const [right, wrong] = await Promise.all([place.demo(small), place.demo(await neverRight())]);

  expect(right.code).toBe(0);
  expect(runResultSchema.parse(right.last)).toMatchObject({
    spec: { id: "SPC-1", status: "in_review", phase: "COMPLETE" },
    pullRequest: { base: "main" },
    criteria: [{ id: "REQ-1.1", met: true, evidence: [expect.any(String)] }],
    tasks: [
      { id: "TSK-001", status: "complete", attempts: 2 },
      { id: "TSK-002", status: "complete", attempts: 1 },
    ],
  });
  expect(payloads(right, "gate.refused").map(({ findings }) => findings.map(({ rule }) => rule))).toEqual([
    ["vague-words", "proof-owned-by-task"],
  ]);
  expect(payloads(right, "evidence.recorded").map(({ number, subject, passed }) => [number, subject, passed])).toEqual([
    [1, "base", false],
    [1, "candidate", false],
    [2, "candidate", true],
    [1, "candidate", true],
  ]);

  expect(wrong.code).toBe(3);
  expect(runResultSchema.parse(wrong.last)).toMatchObject({
    pullRequest: null,
    criteria: [{ id: "REQ-1.1", met: false }],
    tasks: [{ id: "TSK-001", status: "blocked", attempts: 3 }],
  });
  const candidates = payloads(wrong, "candidate.moved").map(({ to }) => to);
  expect(candidates).not.toContain("landed");
  expect(candidates).not.toContain("proven");
  expect(await place.traces()).toEqual([]);
});

test.each([1, 2])("Ctrl-C in the middle of the work, %i times, leaves nothing behind", async (times) => {
  const running = startCli(["demo", "--scenario", small], { env: place.env });
  await running.printed("Attempt 1 works");
  for (let sent = 0; sent < times; sent += 1) running.child.kill("SIGINT");
  const { code } = await running.done;
  expect(code).toBe(130);
  await expect.poll(() => place.traces(), { timeout: 10_000 }).toEqual([]);
});

test("stays up after the run until Ctrl-C, with everything the second terminal needs", async () => {
  const running = startCli(["demo", "--scenario", small], { env: place.env });
  await running.printed("Ctrl-C ends the demo");
  const env = {
    ...place.env,
    OMOIOS_HOME: join(place.temporary, (await readdir(place.temporary))[0] ?? "", "home"),
  };
  const shown = await runCli(["pr", "show", "SPC-1"], { env });
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("SPC-1: Find notes by a word");
  expect(await place.traces()).toContainEqual(expect.stringContaining("all-in-one.ts"));
  running.child.kill("SIGINT");
  const { code, stdout } = await running.done;
  expect(code).toBe(0);
  expect(stdout).toContain(`export OMOIOS_HOME=${env.OMOIOS_HOME}`);
  expect(stdout.split("\n").filter((line) => line.length > 80 && !line.includes(place.folder))).toEqual([]);
  await expect.poll(() => place.traces(), { timeout: 10_000 }).toEqual([]);
});

test("a machine without git and bubblewrap is told what to install", async () => {
  const { code, stdout, stderr } = await runCli(["demo", "--once", "--json"], {
    env: { ...place.env, PATH: place.folder },
  });
  expect(code).toBe(2);
  const failed = cliErrorSchema.parse(JSON.parse(stdout));
  expect(failed.problems.map(({ at }) => at)).toEqual(["git", "bubblewrap"]);
  expect(failed.problems.every(({ fix }) => fix !== undefined)).toBe(true);
  expect(stderr).toContain("bubblewrap 0.8 or newer is not installed");
  expect(await place.traces()).toEqual([]);
});
