import { join } from "node:path";
import { ScratchRepository } from "@omoios/adapters/git/scratch-repository";
import { openModels } from "@omoios/adapters/model-ai-sdk/open-models";
import { noCaps } from "@omoios/domain/budget/budget-scope";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { ProviderWait } from "../ports/gateway.ts";
import { ModelCallError } from "../ports/models.ts";
import { newestAttempt, runNewest } from "../testing/drive.ts";
import { publishWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";
import { resumeSpec } from "./decide-tasks.ts";
import { requestSpec } from "./request-spec.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const never = new AbortController().signal;
const minuteMs = 60_000;
let engine: TestEngine;
let made = 0;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

/** The engine over a provider that fails its first call so, and then answers. */
function failingOnce(failure: () => Error): TestEngine {
  let calls = 0;
  const { models } = engine;
  const generate: typeof models.generate = (request) =>
    (calls += 1) === 1 ? Promise.reject(failure()) : models.generate(request);
  return { ...engine, models: { check: (model) => models.check(model), generate } };
}

const inMinutes = (minutes: number) => new Date(engine.clock.now().getTime() + minutes * minuteMs);
/** The test's clock moves on by a millisecond with every look at it. */
const minutesUntil = (at: Date | null) => Math.round(((at?.getTime() ?? 0) - engine.clock.now().getTime()) / minuteMs);
const busy = () => new ProviderWait("The provider takes no requests", inMinutes(10));
const away = () =>
  new ModelCallError(
    { kind: "unavailable", message: "The model did not answer", retryable: true },
    { spent: { tries: 1, inputTokens: 0, outputTokens: 0 }, isOutage: true },
  );

/** Models on the wire of OpenAI at an address; asked once, since the SDK's own retries wait. */
const modelsAt = (openai: string) =>
  openModels({
    ...{ keys: { anthropic: null, openai: null }, baseUrls: { anthropic: null, openai }, scriptedUrl: null },
    ...{ transportRetries: 0, now: () => engine.clock.now() },
  });

async function requested(over: TestEngine = engine, model: string | null = null): Promise<string> {
  const source = new ScratchRepository(join(engine.folder, `waiting-${(made += 1)}`));
  source.git("init", "--quiet", "--initial-branch=main", ".");
  source.commit({ "README.md": "# Shop\n" }, "Start");
  const text = "WHEN greet is called with a name, the module SHALL return a greeting that contains the name";
  const plan = {
    title: "Greet people",
    requirement: { text, criterion: 'greet("Ada") returns "Hello, Ada!"' },
    check: { command: "node --test greet.test.js", directory: ".", timeoutSeconds: 60, files: [] },
    task: { title: "Write greet", description: "Write greet.js", priority: "high", declaredFiles: ["greet.js"] },
    assumptions: [],
  };
  const scenario = { version: 1 as const, model: { "plan-direct": [plan], validate: [{ verdicts: [] }] }, agent: [] };
  const { spec } = await requestSpec(over, {
    ...{ request: "Greet people", repository: source.path, base: null, size: "direct" },
    ...{ agent: "scripted", model, scenario, approval: "person", budget: null },
  });
  return spec.id;
}

test.each([
  { what: "busy", failure: busy, minutes: 10 },
  { what: "away", failure: away, minutes: 1 },
])("a planner whose provider is $what waits with its spec, and goes on by itself", async (at) => {
  const specId = await requested();
  const over = failingOnce(at.failure);
  await advanceSpec(over, specId, never);
  const { attention, pausedUntil, pausedBy } = await engine.specs.get(specId);
  expect([attention, pausedBy, minutesUntil(pausedUntil)]).toEqual([null, "provider", at.minutes]);
  const { rows } = await engine.database.jobs.executeSql(
    "SELECT start_after FROM boss.job WHERE name = 'spec' AND data->>'subjectId' = $1 ORDER BY start_after",
    [specId],
  );
  expect(rows).toContainEqual({ start_after: pausedUntil });
  await advanceSpec(over, specId, never);
  expect((await engine.specs.get(specId)).status).toBe("planning");
  engine.clock.advance(at.minutes * minuteMs);
  await advanceSpec(over, specId, never);
  expect(await engine.specs.get(specId)).toMatchObject({ status: "awaiting_approval", pausedReason: null });
});

test("an address where nobody answers is asked ever less often, and a person who resumes does not wait", async () => {
  const nowhere = { ...engine, models: modelsAt("http://127.0.0.1:1/v1") };
  const specId = await requested(nowhere, "openai-compatible:qwen3:8b");
  for (const minutes of [1, 2, 4]) {
    await advanceSpec(nowhere, specId, never);
    const { pausedReason, pausedUntil } = await engine.specs.get(specId);
    expect(pausedReason).toMatch(/qwen3:8b .*could not be reached at http:\/\/127\.0\.0\.1:1.*OPENAI_BASE_URL/);
    expect(minutesUntil(pausedUntil)).toBe(minutes);
    await resumeSpec(engine, { specId });
  }
  expect(await engine.specs.get(specId)).toMatchObject({ status: "planning", pausedReason: null, attention: null });
});

test.each([
  { what: "busy", failure: busy, minutes: 10 },
  { what: "away", failure: away, minutes: 1 },
])("a validator whose provider is $what parks the attempt with its proof, and costs it nothing", async (at) => {
  const work = await publishWork(engine, [{ title: "a.txt" }]);
  const over = failingOnce(at.failure);
  await runNewest(over, work, { title: "a.txt" });
  const parked = await newestAttempt(engine, work, "a.txt");
  expect(parked).toMatchObject({ number: 1, state: "parked", feedback: null });
  expect(minutesUntil(parked.parkedUntil)).toBe(at.minutes);
  expect(await engine.admission.held()).toEqual([]);
});

test("a disk without room parks the attempt before anything is begun, and says how much there has to be", async () => {
  const work = await publishWork(engine, [{ title: "a.txt" }]);
  const space = () => Promise.resolve({ freeBytes: 2e8, leastBytes: 1e9 });
  await runNewest({ ...engine, provider: { ...engine.provider, space } }, work, { title: "a.txt" });
  const parked = await newestAttempt(engine, work, "a.txt");
  expect(parked).toMatchObject({ number: 1, state: "parked", feedback: null });
  expect(parked.reason).toMatch(/only 0\.2 GB are free .* asks for 1\.0 GB/);
  expect(minutesUntil(parked.parkedUntil)).toBe(1);
  expect((await engine.provider.list()).map(({ id }) => id)).not.toContain(parked.id);
  expect(await engine.admission.held()).toEqual([]);
});

test("work that spent the day's budget goes on with the next day, without anybody", async () => {
  const specId = await requested();
  const poor = { ...engine, caps: { attempt: noCaps, task: noCaps, day: { usdMicros: null, tokens: 1 } } };
  await advanceSpec(poor, specId, never);
  const midnight = new Date(
    `${inMinutes(24 * 60)
      .toISOString()
      .slice(0, 10)}T00:00:00.000Z`,
  );
  const paused = await engine.specs.get(specId);
  expect(paused).toMatchObject({ pausedUntil: midnight });
  expect(paused.pausedReason).toContain("by itself at 00:00 UTC");
  engine.clock.advance(midnight.getTime() - engine.clock.now().getTime());
  await advanceSpec(engine, specId, never);
  expect(await engine.specs.get(specId)).toMatchObject({ status: "awaiting_approval", pausedUntil: null });
});
