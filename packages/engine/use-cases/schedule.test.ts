import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { liveAttemptStates } from "@omoios/domain/attempt/state";
import type { Discovery } from "@omoios/domain/discovery/discovery";
import type { Task } from "@omoios/domain/task/task";
import { acceptDiscovery } from "../discovery/decide-discovery.ts";
import { failNow, finishNow, parkNow, queued } from "../testing/end-attempt.ts";
import { later, storePlan, type SamplePlan } from "../testing/sample-rows.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { admit } from "./admit.ts";
import { cancelTask, retryTask } from "./decide-tasks.ts";
import { wakeParked } from "./park-attempt.ts";
import { record } from "./record.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const limits = { slots: 3, slotsPerProject: 2 } as const;
const size = 6;
const acts = ["finish", "finish", "fail", "lose", "conflict", "park", "wake", "cancel", "discover"] as const;
type Act = (typeof acts)[number];

let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { ...limits, maxAttempts: 2 } });
});
afterAll(() => engine[Symbol.asyncDispose]());

/** Any graph: each task may need any of those before it. */
const anyNeeds = fc
  .uniqueArray(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), {
    maxLength: 9,
    selector: ([one, other]) => `${one} ${other}`,
  })
  .map((pairs) => pairs.filter(([task, need]) => need < task));
const anyStep = fc.record({ act: fc.constantFrom(...acts), which: fc.nat({ max: 20 }) });

test("no order of events deadlocks a plan, exceeds a limit, starts a task early or changes what gets done", async () => {
  await fc.assert(
    fc.asyncProperty(anyNeeds, fc.array(anyStep, { minLength: 6, maxLength: 14 }), async (needs, steps) => {
      await engine.reset();
      const plan = await startPlan(needs);
      const rival = await startPlan([]);
      for (const [place, { act, which }] of steps.entries()) {
        await doOne({ act, which, plan, place });
        await expectSound(plan, rival);
      }
      await finishAll();
      await expectNobodyWaitsSilently(plan);
      await retryBlocked(plan);
      await expectDone(plan);
      expect((await engine.tasks.ofSpec(rival.spec.id)).every(isOver)).toBe(true);
      expect(await engine.admission.held()).toEqual([]);
    }),
    { seed: 20_261_123, numRuns: 6 },
  );
});

async function startPlan(needs: readonly (readonly [number, number])[]): Promise<SamplePlan> {
  const plan = await storePlan(engine, { tasks: size, needs, firstTaskNumber: 100 });
  await record(engine, plan.project.id, async (tx, emit) => {
    await engine.admission.lock(tx);
    await engine.admission.resize(tx, engine.slots);
    await admit(engine, tx, emit);
  });
  return plan;
}

async function doOne(step: {
  readonly act: Act;
  readonly which: number;
  readonly plan: SamplePlan;
  readonly place: number;
}): Promise<void> {
  if (step.act === "wake") return void (await wakeParked(engine));
  const startable = await queued(engine);
  const attempt = startable[step.which % Math.max(1, startable.length)];
  if (attempt === undefined) return;
  const does: Readonly<Record<Exclude<Act, "wake">, () => Promise<unknown>>> = {
    finish: () => finishNow(engine, attempt),
    fail: () => failNow(engine, attempt, "criteria"),
    lose: () => failNow(engine, attempt, "lost"),
    conflict: () => failNow(engine, attempt, "conflict"),
    park: () => parkNow(engine, attempt),
    cancel: () => cancelTask(engine, { taskId: attempt.taskId }),
    discover: () => discover(attempt, step.place),
  };
  await does[step.act]();
}

/** What the attempt's agent came upon becomes a task; every other one changes the files of the plan, so it has to wait. */
async function discover(attempt: Attempt, place: number): Promise<void> {
  const discovery: Discovery = {
    id: randomUUID(),
    projectId: attempt.projectId,
    specId: attempt.specId,
    number: place + 1,
    taskId: attempt.taskId,
    attemptId: attempt.id,
    depth: 1,
    state: "inbox",
    version: 1,
    title: `Found ${place}`,
    description: "It is missing",
    why: "The rest needs it",
    files: place % 2 === 0 ? ["src/health.js"] : [`found-${place}.js`],
    criterion: "It is there",
    check: `test -f found-${place}.js`,
    requirement: null,
    reason: null,
    decidedBy: null,
    becameTaskId: null,
    digest: null,
    reports: 1,
    reportedAt: later(place),
    decidedAt: null,
  };
  await engine.database.transaction((tx) => engine.discoveries.add(tx, discovery));
  await acceptDiscovery(engine, { discoveryId: discovery.id, check: null });
}

/** Limits hold, a slot is held by who works and by nobody else, and nothing is at work before what it needs is complete. */
async function expectSound(...plans: readonly SamplePlan[]): Promise<void> {
  const live = (await engine.attempts.inStates(liveAttemptStates)).filter(({ state }) => state !== "parked");
  expect(live.length).toBeLessThanOrEqual(limits.slots);
  expect(new Set(live.map(({ taskId }) => taskId)).size).toBe(live.length);
  expect((await engine.admission.held()).map(({ attemptId }) => attemptId).toSorted()).toEqual(
    live.flatMap(({ id }) => [id, id]).toSorted(),
  );
  for (const { project, spec } of plans) {
    expect(live.filter(({ projectId }) => projectId === project.id).length).toBeLessThanOrEqual(limits.slotsPerProject);
    const tasks = new Map((await engine.tasks.ofSpec(spec.id)).map((task) => [task.id, task]));
    const edges = await engine.tasks.edges(spec.id);
    for (const { taskId, specId } of live) {
      if (specId !== spec.id) continue;
      const unmet = edges.filter((edge) => edge.taskId === taskId && tasks.get(edge.needsId)?.status !== "complete");
      expect(unmet).toEqual([]);
    }
  }
}

/** Every attempt from now on succeeds. */
async function finishAll(): Promise<void> {
  await wakeParked(engine);
  for (let waiting = await queued(engine); waiting.length > 0; waiting = await queued(engine)) {
    for (const attempt of waiting) await finishNow(engine, attempt);
  }
}

/** What is not complete says why, and the spec asks for a person, or is verified without what was cancelled. */
async function expectNobodyWaitsSilently({ spec }: SamplePlan): Promise<void> {
  const open = (await engine.tasks.ofSpec(spec.id)).filter(({ status }) => status !== "complete");
  for (const task of open) {
    expect(["blocked", "cancelled"]).toContain(task.status);
    if (task.status === "blocked") expect(task.question).not.toBeNull();
  }
  const blocked = open.some(({ status }) => status === "blocked");
  expect((await engine.specs.get(spec.id)).attention !== null).toBe(blocked);
}

/** A person sends everything that failed into another round. */
async function retryBlocked({ spec }: SamplePlan): Promise<void> {
  const failed = (task: Task): boolean => task.status === "blocked" && task.blockedReason !== "dependency";
  for (const task of (await engine.tasks.ofSpec(spec.id)).filter(failed)) await retryTask(engine, { taskId: task.id });
  await finishAll();
}

/** Whatever happened in whichever order: complete is what neither was cancelled nor waits for what was. */
async function expectDone({ spec }: SamplePlan): Promise<void> {
  const tasks = await engine.tasks.ofSpec(spec.id);
  const edges = await engine.tasks.edges(spec.id);
  const lost = new Set(tasks.filter(({ status }) => status === "cancelled").map(({ id }) => id));
  for (const id of lost) for (const edge of edges) if (edge.needsId === id) lost.add(edge.taskId);
  expect(tasks.filter(({ status }) => status === "complete").map(({ id }) => id)).toEqual(
    tasks.filter(({ id }) => !lost.has(id)).map(({ id }) => id),
  );
}

function isOver({ status }: Task): boolean {
  return status === "complete" || status === "blocked" || status === "cancelled";
}
