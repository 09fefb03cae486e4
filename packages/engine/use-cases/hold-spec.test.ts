import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { allEvents, happened, newestAttempt, runNewest } from "../testing/drive.ts";
import { queued } from "../testing/end-attempt.ts";
import { publishWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { cancelSpec, holdSpec, resumeSpec } from "./decide-tasks.ts";
import { recover } from "./recover.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const hangs = [[{ write: { path: "a.txt", content: "half\n" } }, { hang: true as const }]];
const title = "a.txt";

test("what a person pauses parks where it stands, stays so over a restart, and goes on when they say so", async () => {
  const work = await publishWork(engine, [{ title, attempts: hangs }]);
  const specId = work.spec.id;
  const running = runNewest(engine, work, { title });
  await happened(engine, (event) => event.type === "agent.observed");
  await holdSpec(engine, { specId });
  await running;
  const parked = await newestAttempt(engine, work, title);
  expect(parked).toMatchObject({ state: "parked", reason: "a person paused it" });
  expect(await engine.admission.held()).toEqual([]);

  await recover(engine);
  expect(await engine.specs.get(specId)).toMatchObject({ pausedBy: "person" });
  expect(await queued(engine)).not.toContainEqual(expect.objectContaining({ subjectId: parked.id }));

  await resumeSpec(engine, { specId });
  expect(await engine.specs.get(specId)).toMatchObject({ pausedBy: null, pausedReason: null });
  expect((await newestAttempt(engine, work, title)).state).toBe("queued");
  const told = (await allEvents(engine)).filter(({ type }) => type === "spec.paused" || type === "spec.resumed");
  expect(told.map(({ type }) => type)).toEqual(["spec.paused", "spec.resumed"]);
});

test("an attempt that is claimed while its spec is paused parks before it does anything", async () => {
  const work = await publishWork(engine, [{ title, attempts: hangs }]);
  await holdSpec(engine, { specId: work.spec.id });
  await runNewest(engine, work, { title });
  const attempt = await newestAttempt(engine, work, title);
  expect(attempt).toMatchObject({ state: "parked", startedAt: null });
  expect((await engine.provider.list()).map(({ id }) => id)).not.toContain(attempt.id);
});

test("pausing twice is pausing once; what is over cannot be paused", async () => {
  const { spec } = await publishWork(engine, [{ title, attempts: hangs }]);
  await holdSpec(engine, { specId: spec.id });
  await holdSpec(engine, { specId: spec.id });
  expect((await allEvents(engine)).filter(({ type }) => type === "spec.paused")).toHaveLength(1);
  await cancelSpec(engine, { specId: spec.id });
  await expect(holdSpec(engine, { specId: spec.id })).rejects.toThrow("is cancelled, so it cannot be paused");
});
