import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newestAttempt } from "../testing/drive.ts";
import { claimNow } from "../testing/end-attempt.ts";
import { publishWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { loadRun, type AttemptRun } from "./attempt-run.ts";
import { Heartbeat } from "./heartbeat.ts";
import { openWorkSandbox } from "./open-sandbox.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const never = new AbortController().signal;
let engine: TestEngine;
let run: AttemptRun;
const lost: unknown[] = [];

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(async () => {
  await engine.reset();
  lost.length = 0;
  const work = await publishWork(engine, [{ title: "a.txt" }]);
  run = await loadRun(engine, await claimNow(engine, await newestAttempt(engine, work, "a.txt")), {
    signal: never,
    hold: () => undefined,
  });
});

const start = () => new Heartbeat(engine, run, (cause) => lost.push(cause));
const pass = () => engine.clock.advance(run.config.watch.heartbeatMs + 10);
const beatAt = async () => (await engine.attempts.get(run.attempt.id)).beatAt;

describe("a heartbeat", () => {
  test("is booked every so often, and stops with the runner", async () => {
    const before = await beatAt();
    {
      await using heartbeat = start();
      heartbeat.agentState = "active";
      pass();
    }
    expect(await engine.attempts.get(run.attempt.id)).toMatchObject({ agentState: "active" });
    expect((await beatAt())?.getTime()).toBeGreaterThan((before?.getTime() ?? 0) + run.config.watch.heartbeatMs - 1);
    expect(engine.clock.waiting).toBe(0);
    expect(lost).toEqual([]);
  });

  test("that finds the attempt in other hands says so and beats no more", async () => {
    await using _heartbeat = start();
    await engine.database.jobs.executeSql("UPDATE attempt SET epoch = epoch + 1");
    pass();
    await vi.waitFor(() => expect(lost).toHaveLength(1));
    expect(engine.clock.waiting).toBe(0);
  });

  test("goes on over a jail that is gone: an attempt has none while its work is fetched", async () => {
    const sandbox = await openWorkSandbox(engine, run, run.spec.baseCommit);
    await sandbox[Symbol.asyncDispose]();
    const before = await beatAt();
    {
      await using heartbeat = start();
      heartbeat.sandbox = sandbox;
      pass();
    }
    expect((await beatAt())?.getTime()).toBeGreaterThan(before?.getTime() ?? Infinity);
    expect(lost).toEqual([]);
  });
});
