import { randomUUID } from "node:crypto";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";
import { exploreSchema } from "@omoios/contract/phase-explore";
import { explorationTitle } from "@omoios/domain/spec/exploration";
import type { Spec } from "@omoios/domain/spec/spec";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import { runJob } from "../testing/drive.ts";
import { storeProject } from "../testing/planned-work.ts";
import { sampleSpec } from "../testing/sample-rows.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "../use-cases/advance-spec.ts";
import { cancelSpec, cancelTask } from "../use-cases/decide-tasks.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
await buildJailPrograms();
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const answer = {
  summary: "A shop that is one README so far; nothing runs",
  languages: ["Markdown"],
  packageManager: null,
  testCommands: [
    { command: "sh check.sh", proves: "the README" },
    { command: "no-such-program --all", proves: "nothing" },
  ],
  conventions: ["Plain words"],
  entryPoints: [{ path: "README.md", why: "the only page" }],
  files: [{ path: "src/shop.ts", why: "the shop" }],
  risks: [],
};

async function storeSpec(agent: Scenario["agent"]): Promise<Spec> {
  const project = await storeProject(engine);
  const hub = await engine.repositories.openHub(engine.hubPath(project.id));
  const spec = sampleSpec(project, {
    id: randomUUID(),
    size: "full",
    status: "planning",
    phase: "EXPLORE",
    baseCommit: await hub.fetchSource(project.source, "main"),
    settings: { agent: "scripted", model: "scripted", approval: "person" },
  });
  await engine.database.transaction((tx) => engine.specs.create(tx, spec, { version: 1, model: { prd: [{}] }, agent }));
  return spec;
}

const explores = (...attempts: ScenarioStep[][]): Scenario["agent"] => [{ task: explorationTitle, attempts }];
const advance = (spec: Spec) => advanceSpec(engine, spec.id, new AbortController().signal);

async function newestAttempt(spec: Spec) {
  const attempt = (await engine.attempts.ofSpec(spec.id)).at(-1);
  if (attempt === undefined) throw new Error("Nothing explores");
  return attempt;
}

async function outputOf(spec: Spec) {
  const found = (await engine.plans.phaseOutputs(spec.id)).find((output) => output.phase === "EXPLORE");
  return found === undefined ? null : exploreSchema.parse(found.output);
}

describe("exploring", () => {
  test("is an attempt in a tree it cannot write to; what it claims is looked up, and the plan's own tasks stay alone", async () => {
    const spec = await storeSpec(
      explores([
        { run: "echo intruder > README.md || echo refused; git status --short" },
        { submit: `Here is what I found:\n${JSON.stringify(answer)}` },
      ]),
    );
    await advance(spec);
    const attempt = await newestAttempt(spec);
    expect(attempt).toMatchObject({ kind: "exploration", state: "queued" });
    expect(new Set((await engine.admission.held()).map((slot) => slot.attemptId))).toEqual(new Set([attempt.id]));
    expect(await outputOf(spec)).toBeNull();

    await runJob(engine, attempt);
    expect(await engine.attempts.get(attempt.id)).toMatchObject({ state: "finished", tip: null });
    expect(await engine.admission.held()).toEqual([]);
    const output = await outputOf(spec);
    expect(output).toMatchObject({
      source: "agent",
      exploration: "XPL-1",
      explored: { entryPoints: [{ path: "README.md", verified: true }], testCommands: [{ verified: true }, {}] },
      findings: ["no-such-program --all: its program is not there", "src/shop.ts: not in the repository"],
    });
    expect(output?.text).toContain("# Shop");
    expect(await engine.tasks.ofSpec(spec.id)).toEqual([]);
    const log = await engine.logs.read(attempt.id, 0, 100_000);
    expect(JSON.stringify(log)).toContain("refused");
    const { rows } = await engine.database.jobs.executeSql("SELECT data FROM boss.job WHERE name = 'spec'");
    expect(rows).toEqual([{ data: { subjectId: spec.id } }]);
  });

  test("a long answer handed in by the tool is read whole, whatever files it names", async () => {
    const risks = Array.from({ length: 12 }, (_, place) => `${place}: ${"callers ".repeat(48).trim()}`);
    const summary = JSON.stringify({ ...answer, risks });
    const spec = await storeSpec(explores([{ submit: { summary, files: ["README.md"] } }]));
    await advance(spec);
    await runJob(engine, await newestAttempt(spec));
    expect((await outputOf(spec))?.explored?.risks).toEqual(risks);
  });

  test("an answer that cannot be read is asked for again, once, with what was wrong; then the overview has to do and says so", async () => {
    const spec = await storeSpec(explores([{ submit: '{"summary":"short"}' }], [{ submit: "I had a look" }]));
    await advance(spec);
    await runJob(engine, await newestAttempt(spec));
    const second = await newestAttempt(spec);
    expect(second).toMatchObject({ number: 2, strategy: "mend" });
    await runJob(engine, second);
    expect((await engine.attempts.get(second.id)).brief).toContain('{"summary":"short"}');
    expect(await outputOf(spec)).toBeNull();
    await advance(spec);
    expect(await outputOf(spec)).toMatchObject({
      source: "overview",
      exploration: "XPL-1",
      findings: ["XPL-1 failed: What it found out could not be read"],
    });
  });

  test("a scenario that does not play it, or a person who ends it, leaves the overview", async () => {
    const without = await storeSpec([{ task: "*", attempts: [[]] }]);
    await advance(without);
    expect((await outputOf(without))?.findings).toEqual([
      'the scenario has no agent entry with task: "Explore the repository"',
    ]);
    const ended = await storeSpec(explores([{ submit: JSON.stringify(answer) }]));
    await advance(ended);
    await cancelTask(engine, { taskId: (await newestAttempt(ended)).taskId });
    await advance(ended);
    expect((await outputOf(ended))?.findings).toEqual(["XPL-1 was cancelled"]);
  });

  test("a cancelled spec takes its exploration with it", async () => {
    const spec = await storeSpec(explores([{ hang: true }]));
    await advance(spec);
    await cancelSpec(engine, { specId: spec.id });
    expect((await newestAttempt(spec)).state).toBe("cancelled");
    expect(await engine.admission.held()).toEqual([]);
  });
});
