import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliErrorSchema } from "@omoios/contract/cli-error";
import { eventSchema, type StoredEvent } from "@omoios/contract/events";
import { runResultSchema } from "@omoios/contract/run-result";
import { runCli, startCli, type CliRun } from "../../apps/cli/testing/run-cli.ts";

const scenario = join(import.meta.dirname, "../../examples/notes/demo.yaml");

/** Holds the temporary folders of all demos of this file, and nothing else. */
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "omoios-demo-test-"));
  await mkdir(join(scratch, "temporary"));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

function environment(): Readonly<Record<string, string>> {
  return { PATH: process.env["PATH"] ?? "", TMPDIR: join(scratch, "temporary") };
}

interface DemoRun {
  readonly code: number | null;
  readonly events: readonly StoredEvent[];
  readonly last: unknown;
}

function parsed({ code, stdout }: CliRun): DemoRun {
  const lines = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  return { code, events: lines.slice(0, -1).map((line) => eventSchema.parse(line)), last: lines.at(-1) };
}

async function demo(...flags: readonly string[]): Promise<DemoRun> {
  const run = await runCli(["demo", "--once", "--json", ...flags], { env: environment() });
  return parsed(run);
}

function payloads<Type extends StoredEvent["type"]>(
  { events }: DemoRun,
  type: Type,
): readonly Extract<StoredEvent, { type: Type }>["payload"][] {
  return events.flatMap((event) => (event.type === type ? [event.payload as never] : []));
}

/** What demos leave behind: files, and processes that were told of our folder. */
async function traces(): Promise<readonly string[]> {
  const files = await readdir(join(scratch, "temporary"));
  const processes = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/u.test(name)).map(commandOf));
  return [...files, ...processes.filter((command) => command.includes(join(scratch, "temporary")))];
}

async function commandOf(pid: string): Promise<string> {
  const parts = ["cmdline", "environ"].map(async (file) => readFile(`/proc/${pid}/${file}`, "utf8"));
  // A process that ends meanwhile has left nothing behind.
  return (await Promise.all(parts).catch(() => [])).join(" ");
}

/** The scenario of the demo, whose agent is never told how to do it right and whose validator is always content. */
async function neverRight(): Promise<string> {
  const text = await readFile(scenario, "utf8");
  const path = join(scratch, "never-right.yaml");
  await writeFile(path, text.slice(0, text.indexOf("      # Attempt 2")).replace("met: false", "met: true"));
  return path;
}

test("two demos at once: the one that is corrected lands, the one that never gets it right does not", async () => {
  const [right, wrong] = await Promise.all([demo(), demo("--scenario", await neverRight())]);

  expect(right.code).toBe(0);
  expect(runResultSchema.parse(right.last)).toMatchObject({
    spec: { id: "SPC-1", status: "in_review", phase: "COMPLETE" },
    pullRequest: { base: "main" },
    criteria: [{ id: "REQ-1.1", met: true, evidence: [expect.any(String)] }],
    tasks: [{ id: "TSK-001", status: "complete", attempts: 2 }],
  });
  expect(payloads(right, "gate.refused").map(({ findings }) => findings.map(({ rule }) => rule))).toEqual([
    ["vague-words", "proof-owned-by-task"],
  ]);
  expect(payloads(right, "evidence.recorded").map(({ number, subject, passed }) => [number, subject, passed])).toEqual([
    [1, "base", false],
    [1, "candidate", false],
    [2, "candidate", true],
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
  expect(await traces()).toEqual([]);
});

test.each([1, 2])("Ctrl-C in the middle of the work, %i times, leaves nothing behind", async (times) => {
  const running = startCli(["demo"], { env: environment() });
  await running.printed("Attempt 1 works");
  for (let sent = 0; sent < times; sent += 1) running.child.kill("SIGINT");
  const { code } = await running.done;
  expect(code).toBe(130);
  await expect.poll(traces, { timeout: 10_000 }).toEqual([]);
});

test("stays up after the run until Ctrl-C, with everything the second terminal needs", async () => {
  const running = startCli(["demo"], { env: environment() });
  await running.printed("Ctrl-C ends the demo");
  const env = {
    ...environment(),
    OMOIOS_HOME: join(scratch, "temporary", (await readdir(join(scratch, "temporary")))[0] ?? "", "home"),
  };
  const shown = await runCli(["pr", "show", "SPC-1"], { env });
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("SPC-1: Find notes by a word");
  expect(await traces()).toContainEqual(expect.stringContaining("all-in-one.ts"));
  running.child.kill("SIGINT");
  const { code, stdout } = await running.done;
  expect(code).toBe(0);
  expect(stdout).toContain(`export OMOIOS_HOME=${env.OMOIOS_HOME}`);
  expect(stdout.split("\n").filter((line) => line.length > 80 && !line.includes(scratch))).toEqual([]);
  await expect.poll(traces, { timeout: 10_000 }).toEqual([]);
});

test("a machine without git and bubblewrap is told what to install", async () => {
  const { code, stdout, stderr } = await runCli(["demo", "--once", "--json"], {
    env: { ...environment(), PATH: scratch },
  });
  expect(code).toBe(2);
  const failed = cliErrorSchema.parse(JSON.parse(stdout));
  expect(failed.problems.map(({ at }) => at)).toEqual(["git", "bubblewrap"]);
  expect(failed.problems.every(({ fix }) => fix !== undefined)).toBe(true);
  expect(stderr).toContain("bubblewrap 0.8 or newer is not installed");
  expect(await traces()).toEqual([]);
});
