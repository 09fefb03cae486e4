import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { allEvents, newestAttempt } from "../testing/drive.ts";
import { failNow, finishNow, queued } from "../testing/end-attempt.ts";
import { publishWork, type PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";
import { cancelSpec, cancelTask, resumeSpec, retryTask } from "./decide-tasks.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 4, slotsPerProject: 4, maxAttempts: 2 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const newest = (work: PlannedWork, title: string) => newestAttempt(engine, work, title);
const status = async (work: PlannedWork, title: string) => (await work.task(title)).status;
const attention = async (work: PlannedWork) => (await engine.specs.get(work.spec.id)).attention;

async function fail(work: PlannedWork, title: string, times = 2): Promise<void> {
  for (let time = 0; time < times; time += 1) await failNow(engine, await newest(work, title));
}

describe("a task that completes", () => {
  test("makes what waited for it ready and starts it in the same transaction", async () => {
    const work = await publishWork(engine, [
      { title: "a" },
      { title: "b" },
      { title: "c", needs: ["a", "b"] },
      { title: "d", needs: ["c"] },
    ]);
    await finishNow(engine, await newest(work, "a"));
    expect(await status(work, "c")).toBe("pending");
    const before = await engine.events.latest();
    await finishNow(engine, await newest(work, "b"));

    expect(await status(work, "c")).toBe("running");
    expect(await status(work, "d")).toBe("pending");
    expect((await newest(work, "c")).state).toBe("queued");
    const moves = (await engine.events.read({ after: before, limit: 20 })).flatMap((event) =>
      event.type === "task.moved" ? [`${event.payload.title} ${event.payload.from}→${event.payload.to}`] : [],
    );
    expect(moves).toEqual(["b running→complete", "c pending→ready", "c ready→running"]);
  });

  test("as the last one wakes its spec", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    await finishNow(engine, await newest(work, "a"));
    const { rows } = await engine.database.jobs.executeSql("SELECT data FROM boss.job WHERE name = 'spec'");
    expect(rows).toEqual([{ data: { subjectId: work.spec.id } }]);
    expect(await engine.admission.held()).toEqual([]);
  });
});

describe("an attempt that is sent back", () => {
  test("is followed by the next one, which holds the slot instead", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    const first = await newest(work, "a");
    await failNow(engine, first);
    const second = await newest(work, "a");
    expect(second).toMatchObject({ number: 2, state: "queued", feedback: null });
    expect(await engine.attempts.get(first.id)).toMatchObject({ state: "failed", feedback: { kind: "agent" } });
    expect(new Set((await engine.admission.held()).map((slot) => slot.attemptId))).toEqual(new Set([second.id]));
  });

  test("after the last try leaves a question, blocks what waits for it and raises the spec's attention once", async () => {
    const work = await publishWork(engine, [
      { title: "a" },
      { title: "b", needs: ["a"] },
      { title: "c", needs: ["b"] },
    ]);
    await fail(work, "a");
    expect(await work.task("a")).toMatchObject({ status: "blocked", blockedReason: "attempts" });
    for (const title of ["b", "c"]) {
      expect(await work.task(title)).toMatchObject({
        status: "blocked",
        blockedReason: "dependency",
        question: "TSK-100 has to complete first",
      });
    }
    expect(await attention(work)).toContain("TSK-100 is blocked (attempts)");
    const raised = (await allEvents(engine)).filter((event) => event.type === "spec.attention_raised");
    expect(raised).toHaveLength(1);
    expect(await engine.admission.held()).toEqual([]);
  });

  test("twice for the same reason is followed by one that goes about it another way, which is told", async () => {
    const engineWith = { ...engine, scheduling: { ...engine.scheduling, maxAttempts: 4 }, fallbackModel: "x:big" };
    const work = await publishWork(engine, [{ title: "a" }]);
    for (let time = 0; time < 3; time += 1) await failNow(engineWith, await newest(work, "a"));
    const attempts = await engine.attempts.ofTask((await work.task("a")).id);
    expect(attempts.map(({ strategy, model }) => `${strategy} ${model}`)).toEqual([
      "first null",
      "mend null",
      "other_model x:big",
      "fresh_start x:big",
    ]);
    const told = (await allEvents(engine)).flatMap((event) =>
      event.type === "attempt.moved" && event.payload.from === null ? [event.payload.strategy] : [],
    );
    expect(told).toEqual(["first", "mend", "other_model", "fresh_start"]);
  });

  test("as a hold blocks at once with reason policy", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    await failNow(engine, await newest(work, "a"), "hold");
    expect(await work.task("a")).toMatchObject({ status: "blocked", blockedReason: "policy" });
  });

  test("leaves the spec without attention while another task goes on", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b" }]);
    await fail(work, "a");
    expect(await attention(work)).toBeNull();
    await finishNow(engine, await newest(work, "b"));
    expect(await attention(work)).toContain("TSK-100");
  });
});

describe("a person's retry", () => {
  test("starts the task again, and what it had blocked waits for it again", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b", needs: ["a"] }]);
    await fail(work, "a");
    const { id } = await work.task("a");
    expect((await retryTask(engine, { taskId: id })).status).toBe("running");
    expect(await work.task("b")).toMatchObject({ status: "pending", blockedReason: null, question: null });
    expect(await attention(work)).toBeNull();
    await finishNow(engine, await newest(work, "a"));
    expect(await status(work, "b")).toBe("running");
  });

  test("keeps blocked what another blocked task holds up too", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b" }, { title: "c", needs: ["a", "b"] }]);
    await fail(work, "a");
    await fail(work, "b");
    await retryTask(engine, { taskId: (await work.task("a")).id });
    expect(await work.task("c")).toMatchObject({
      status: "blocked",
      blockedReason: "dependency",
      question: "TSK-101 has to complete first",
    });
    await retryTask(engine, { taskId: (await work.task("b")).id });
    expect(await status(work, "c")).toBe("pending");
  });

  test("of a task that waits for another one is refused: it would start without what it needs", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b", needs: ["a"] }]);
    await fail(work, "a");
    const blocked = await work.task("b");
    await expect(retryTask(engine, { taskId: blocked.id })).rejects.toThrow("TSK-101 is blocked (dependency)");
    expect(await work.task("b")).toEqual(blocked);
    expect(await engine.attempts.ofTask(blocked.id)).toEqual([]);
  });

  test("of a task whose attempt is at work is refused and changes nothing", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    const running = await work.task("a");
    await expect(retryTask(engine, { taskId: running.id })).rejects.toThrow("TSK-100 is running");
    expect(await work.task("a")).toEqual(running);
  });
});

describe("a person's cancellation", () => {
  test("of a task frees its slots, blocks what waits for it and says who holds the spec up", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b", needs: ["a"] }]);
    const attempt = await newest(work, "a");
    await cancelTask(engine, { taskId: (await work.task("a")).id });
    expect((await engine.attempts.get(attempt.id)).state).toBe("cancelled");
    expect(await engine.admission.held()).toEqual([]);
    expect(await work.task("b")).toMatchObject({ status: "blocked", blockedReason: "dependency" });
    expect(await attention(work)).toContain("TSK-100 was cancelled");
  });

  test("of a task cannot be waved away: a resumed spec that still cannot go on asks again", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    await cancelTask(engine, { taskId: (await work.task("a")).id });
    for (const _time of ["first", "resumed"]) {
      await advanceSpec(engine, work.spec.id, new AbortController().signal);
      expect(await attention(work)).toContain("TSK-100 was cancelled");
      await resumeSpec(engine, { specId: work.spec.id });
    }
  });

  test("of a spec ends everything that is not over, and the slots start other work", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b" }, { title: "c", needs: ["b"] }]);
    await finishNow(engine, await newest(work, "a"));
    await cancelSpec(engine, { specId: work.spec.id });
    expect(await status(work, "a")).toBe("complete");
    expect(await status(work, "b")).toBe("cancelled");
    expect(await status(work, "c")).toBe("cancelled");
    expect(await queued(engine)).toEqual([]);
    expect(await engine.admission.held()).toEqual([]);
    await expect(retryTask(engine, { taskId: (await work.task("b")).id })).rejects.toThrow("SPC-1 is cancelled");
  });
});

test("a resumed spec gives blocked tasks another round", async () => {
  const work = await publishWork(engine, [{ title: "a" }, { title: "b", needs: ["a"] }]);
  await fail(work, "a");
  await resumeSpec(engine, { specId: work.spec.id });
  expect(await status(work, "a")).toBe("running");
  expect(await status(work, "b")).toBe("pending");
  expect(await attention(work)).toBeNull();
});
