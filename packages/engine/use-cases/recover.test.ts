import type { StoredEvent } from "@omoios/contract/events";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { allEvents, happened, newestAttempt, runNewest } from "../testing/drive.ts";
import { failNow, parkNow } from "../testing/end-attempt.ts";
import { publishWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { registerHandlers } from "../loops/handlers.ts";
import { cancelSpec, cancelTask } from "./decide-tasks.ts";
import { recover } from "./recover.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 2, slotsPerProject: 2, retryDelayMs: 60_000 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

describe("a server that starts", () => {
  test("goes on with what was parked, but not with what was cancelled since", async () => {
    const kept = await publishWork(engine, [{ title: "a.txt" }]);
    const dropped = await publishWork(engine, [{ title: "a.txt" }]);
    for (const work of [kept, dropped]) await parkNow(engine, await newestAttempt(engine, work, "a.txt"));
    await cancelSpec(engine, { specId: dropped.spec.id });
    expect((await recover(engine)).woken).toBe(1);
    expect((await newestAttempt(engine, kept, "a.txt")).state).toBe("queued");
    expect((await newestAttempt(engine, dropped, "a.txt")).state).toBe("cancelled");
  });

  test("with more slots than before uses them at once", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b" }, { title: "c" }]);
    expect((await work.task("c")).status).toBe("ready");
    await recover({ ...engine, slots: { global: 3, perProject: 3 } });
    expect((await work.task("c")).status).toBe("running");
  });

  test("removes the sandbox of an attempt that was cancelled while it was parked", async () => {
    const work = await publishWork(engine, [{ title: "a.txt", attempts: [[{ hang: true }]] }]);
    const stopping = new AbortController();
    const running = runNewest(engine, work, { title: "a.txt", signal: stopping.signal });
    await happened(engine, (event) => event.type === "sandbox.opened");
    stopping.abort(new Error("stop"));
    await running;
    expect(await engine.provider.list()).toHaveLength(1);
    await cancelTask(engine, { taskId: (await work.task("a.txt")).id });
    await recover(engine);
    expect(await engine.provider.list()).toEqual([]);
    expect(await engine.sandboxRecords.notDestroyed()).toEqual([]);
  });
});

test("an attempt that goes on began when it began", async () => {
  const attempts = [[{ hang: true as const }]];
  const work = await publishWork(engine, [{ title: "a.txt", attempts }]);
  let seen = 0;
  for (const _time of ["at first", "again"]) {
    const stopping = new AbortController();
    const running = runNewest(engine, work, { title: "a.txt", signal: stopping.signal });
    const isWorking = ({ seq, ...event }: StoredEvent) =>
      seq > seen && event.type === "attempt.moved" && event.payload.to === "working";
    await happened(engine, isWorking);
    seen = (await allEvents(engine)).at(-1)?.seq ?? 0;
    engine.clock.advance(60_000);
    stopping.abort(new Error("stop"));
    await running;
    await recover(engine);
  }
  const { startedAt, claimedAt } = await newestAttempt(engine, work, "a.txt");
  expect(startedAt?.getTime()).toBeLessThan(claimedAt?.getTime() ?? 0);
});

test("a retry waits for its time, and is then called by the queue", async () => {
  const work = await publishWork(engine, [{ title: "a.txt", check: "test -f README.md" }]);
  await failNow(engine, await newestAttempt(engine, work, "a.txt"));
  const waiting = await work.task("a.txt");
  expect(waiting.status).toBe("retrying");
  const { rows } = await engine.database.jobs.executeSql("SELECT start_after FROM boss.job WHERE name = 'wake'");
  expect(rows).toEqual([{ start_after: waiting.retryAt }]);
  expect(await engine.admission.held()).toEqual([]);

  // The test's clock is long past by the queue's, so the job is due.
  await registerHandlers(engine);
  await happened(engine, (event) => event.type === "task.moved" && event.payload.to === "complete");
  expect(await newestAttempt(engine, work, "a.txt")).toMatchObject({ number: 2, state: "finished" });
});
