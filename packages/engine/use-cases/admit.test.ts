import { assert, asyncProperty, array, constantFrom, nat, record as recordOf } from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { allEvents, newestAttempt } from "../testing/drive.ts";
import { claimNow, failNow, finishNow, parkNow, queued } from "../testing/end-attempt.ts";
import { publishWork } from "../testing/planned-work.ts";
import { storePlan } from "../testing/sample-rows.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { admit } from "./admit.ts";
import { cancelTask } from "./decide-tasks.ts";
import { wakeParked } from "./park-attempt.ts";
import { record } from "./record.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 3, slotsPerProject: 2, maxAttempts: 2 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const abc = [{ title: "a" }, { title: "b" }, { title: "c" }] as const;

describe("admission", () => {
  test("starts the best first and keeps why with the task", async () => {
    const work = await publishWork(engine, [
      { title: "low", priority: "low" },
      { title: "medium" },
      { title: "critical", priority: "critical" },
    ]);
    expect((await work.task("low")).status).toBe("ready");
    const started = [await work.task("medium"), await work.task("critical")];
    for (const task of started) {
      expect(task.status).toBe("running");
      expect(task.scoreFactors).toMatchObject({ fresh: 1, starved: false });
    }
    expect(started[1]?.score).toBeGreaterThan(started[0]?.score ?? 1);
    expect((await work.task("low")).score).toBeNull();
  });

  test("prefers what the longest chain waits for to what was planned before it", async () => {
    const head = { title: "head" };
    const chain = [head, { title: "middle", needs: ["head"] }, { title: "tail", needs: ["middle"] }];
    const work = await publishWork(engine, [...abc, ...chain]);
    const statuses = await Promise.all(["head", "a", "b", "c"].map(async (title) => (await work.task(title)).status));
    expect(statuses).toEqual(["running", "running", "ready", "ready"]);
    expect((await work.task("head")).scoreFactors?.downstream).toBe(1);
    expect((await work.task("a")).scoreFactors?.downstream).toBeCloseTo(1 / 3);
  });

  test("gives a freed slot to the task of another project, in one transaction and under that project's name", async () => {
    const full = await publishWork(engine, abc);
    const other = await publishWork(engine, abc);
    expect((await other.task("a")).status).toBe("running");
    expect((await other.task("b")).status).toBe("ready");
    const before = await engine.events.latest();
    await finishNow(engine, await newestAttempt(engine, full, "a"));
    await finishNow(engine, await newestAttempt(engine, full, "b"));
    await finishNow(engine, await newestAttempt(engine, full, "c"));

    expect((await other.task("b")).status).toBe("running");
    const events = await engine.events.read({ after: before, limit: 100, specId: other.spec.id });
    expect(events.map((event) => [event.type, event.projectId])).toEqual([
      ["task.moved", other.project.id],
      ["attempt.moved", other.project.id],
    ]);
  });

  test("starts nothing of a spec that is paused or not being executed", async () => {
    for (const spec of [{ pausedReason: "used up", pausedBy: "budget" as const }, { status: "in_review" as const }]) {
      const work = await publishWork(engine, [{ title: "a" }], { spec });
      expect((await work.task("a")).status).toBe("ready");
    }
    expect(await queued(engine)).toEqual([]);
  });

  test("goes on with a parked attempt and what its ledger says is done", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    const attempt = await newestAttempt(engine, work, "a");
    const key = { attemptId: attempt.id, name: "base" };
    await engine.database.transaction(async (tx) => {
      await engine.ledger.begin(tx, { ...key, epoch: 1, at: engine.clock.now() });
      await engine.ledger.finish(tx, { ...key, epoch: 1, output: { commit: "c" }, at: engine.clock.now() });
    });
    await parkNow(engine, attempt);
    expect(await engine.admission.held()).toEqual([]);
    expect(await wakeParked(engine)).toBe(1);

    expect(await newestAttempt(engine, work, "a")).toMatchObject({
      id: attempt.id,
      number: 1,
      state: "queued",
      reason: null,
    });
    expect((await newestAttempt(engine, work, "a")).jobId).not.toBe(attempt.jobId);
    expect(await engine.ledger.ofAttempt(attempt.id)).toMatchObject([{ name: "base", done: true }]);
    const moves = (await allEvents(engine)).flatMap((event) =>
      event.type === "attempt.moved" ? [`${event.payload.from ?? "-"}→${event.payload.to}`] : [],
    );
    expect(moves).toEqual(["-→queued", "provisioning→parked", "parked→queued"]);
  });

  test("keeps within every limit, whatever ends in whichever order, and leaves no slot unused", async () => {
    const step = recordOf({ act: constantFrom("finish", "fail", "park", "cancel", "wake", "claim"), which: nat(20) });
    await assert(
      asyncProperty(array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        await engine.reset();
        const projectIds = [await startPlan(), await startPlan()];
        for (const { act, which } of steps) {
          const admitted = await doOne(act, which);
          await expectWithinLimits(projectIds);
          if (admitted) await expectNothingToStart();
        }
      }),
      { numRuns: 8 },
    );
  });
});

/** A project with three ready tasks; the best of them are started. Returns its id. */
async function startPlan(): Promise<string> {
  const { project } = await storePlan(engine, { tasks: 3 });
  await record(engine, project.id, async (tx, emit) => {
    await engine.admission.lock(tx);
    await engine.admission.resize(tx, engine.slots);
    await admit(engine, tx, emit);
  });
  return project.id;
}

async function expectNothingToStart(): Promise<void> {
  await engine.database.transaction(async (tx) => {
    const free = await engine.admission.free(tx);
    const waiting = free.global === 0 ? [] : await engine.admission.ready(tx);
    expect(waiting.filter((task) => (free.byProject.get(task.projectId) ?? 0) > 0)).toEqual([]);
  });
}

/** True when it gave slots out again; a park does not, since the server is about to stop. */
async function doOne(act: string, which: number): Promise<boolean> {
  if (act === "wake") {
    await wakeParked(engine);
    return false;
  }
  const held =
    act === "cancel" ? await engine.attempts.inStates(["queued", "provisioning", "parked"]) : await queued(engine);
  const attempt = held[which % Math.max(1, held.length)];
  if (attempt === undefined) return false;
  const acts: Readonly<Record<string, (of: Attempt) => Promise<unknown>>> = {
    finish: (of) => finishNow(engine, of),
    fail: (of) => failNow(engine, of),
    park: (of) => parkNow(engine, of),
    claim: (of) => claimNow(engine, of),
    cancel: (of) => cancelTask(engine, { taskId: of.taskId }),
  };
  await acts[act]?.(attempt);
  return act === "finish" || act === "fail" || act === "cancel";
}

async function expectWithinLimits(projectIds: readonly string[]): Promise<void> {
  const running = await engine.attempts.inStates(["queued", "provisioning", "working", "collecting", "proving"]);
  expect(running.length).toBeLessThanOrEqual(3);
  expect(new Set(running.map((attempt) => attempt.taskId)).size).toBe(running.length);
  for (const id of projectIds) {
    expect(running.filter((attempt) => attempt.projectId === id).length).toBeLessThanOrEqual(2);
  }
  const held = await engine.admission.held();
  expect(held.map((slot) => slot.attemptId).toSorted()).toEqual(
    running.flatMap((attempt) => [attempt.id, attempt.id]).toSorted(),
  );
}
