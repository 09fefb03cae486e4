import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { cancelTask, resumeSpec, retryTask } from "../use-cases/decide-tasks.ts";
import { advanceSpec } from "../use-cases/advance-spec.ts";
import { recover } from "../use-cases/recover.ts";
import { replanTask } from "../use-cases/replan-task.ts";
import { sendMessage } from "../use-cases/send-message.ts";
import { allEvents, happened, newestAttempt, runNewest } from "../testing/drive.ts";
import { publishWork, writes } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const title = "a.txt";
const ask = { ask: { question: "Which ending?", proposal: "a newline" } };
const asks = [{ write: { path: "half.txt", content: "half\n" } }, ask, ...writes(title)];

const unattended = { agent: "scripted", model: "scripted", approval: "policy" } as const;
const attended = { ...unattended, approval: "person" } as const;

async function askedWork(settings: typeof attended | typeof unattended = attended) {
  const work = await publishWork(
    engine,
    [
      { title, attempts: [asks] },
      { title: "b.txt", needs: [title] },
    ],
    {
      spec: { settings },
    },
  );
  await runNewest(engine, work, { title });
  return work;
}

test("an agent that asks frees its slot, blocks its task with the question, and goes on where it stood with the answer", async () => {
  const work = await askedWork();
  const task = await work.task(title);
  expect(task).toMatchObject({
    ...{ status: "blocked", blockedReason: "question" },
    question: "Which ending? (it would: a newline)",
  });
  expect(await work.task("b.txt")).toMatchObject({ status: "blocked", blockedReason: "dependency" });
  expect((await engine.specs.get(work.spec.id)).attention).toContain("Which ending?");
  const parked = await newestAttempt(engine, work, title);
  expect(parked).toMatchObject({ state: "parked", agentState: "waiting" });
  expect(await engine.admission.held()).toEqual([]);

  await sendMessage(engine, { taskId: task.id, text: "none" });
  expect((await engine.specs.get(work.spec.id)).attention).toBeNull();
  expect((await work.task("b.txt")).status).toBe("pending");
  await runNewest(engine, work, { title });
  const landed = await newestAttempt(engine, work, title);
  expect(landed).toMatchObject({ id: parked.id, state: "landed" });
  expect(await work.landed("half.txt")).toBe("half\n");
  const log = JSON.stringify((await engine.logs.read(landed.id, 0, 1_000_000)).records);
  expect(log).toContain("You asked: Which ending?\\nThe answer: none");
  expect(await engine.messages.ofTask(task.id)).toMatchObject([
    { number: 1, from: "agent", proposal: "a newline", attemptId: parked.id },
    { number: 2, from: "person", text: "none", attemptId: parked.id, heardAt: expect.any(Date) as Date },
  ]);
  expect(engine.troubles).toEqual([]);
});

test("an answer is a decision in the pull request, with the time it took, also while other work went on", async () => {
  const work = await publishWork(engine, [{ title, attempts: [asks] }, { title: "b.txt" }], {
    spec: { settings: attended },
  });
  await runNewest(engine, work, { title });
  expect((await engine.specs.get(work.spec.id)).attention).toBeNull();
  engine.clock.advance(240_000);
  const { id: taskId } = await work.task(title);
  await sendMessage(engine, { taskId, text: "none" });
  for (const one of [title, "b.txt"]) await runNewest(engine, work, { title: one });
  await advanceSpec(engine, work.spec.id, new AbortController().signal);
  const body = (await engine.forge.find(work.spec.id))?.body ?? "";
  expect(body).toContain("**People:** 1 decision by people, who were waited for 4 min");
  expect(body).toContain("TSK-100 asked: Which ending? none (by a person)");
});

test("nothing but an answer wakes it: no restart, no resumed spec, no retry, no other plan", async () => {
  const work = await askedWork();
  const { id: taskId } = await work.task(title);
  await recover(engine);
  await resumeSpec(engine, { specId: work.spec.id });
  await expect(retryTask(engine, { taskId })).rejects.toThrow("omoios answer TSK-100");
  await expect(replanTask(engine, { taskId })).rejects.toThrow("omoios answer TSK-100");
  expect(await newestAttempt(engine, work, title)).toMatchObject({ number: 1, state: "parked" });
  expect(await work.task(title)).toMatchObject({ status: "blocked", blockedReason: "question" });
  expect((await engine.specs.get(work.spec.id)).attention).toContain("Which ending?");

  await cancelTask(engine, { taskId });
  expect((await newestAttempt(engine, work, title)).state).toBe("cancelled");
  await expect(sendMessage(engine, { taskId, text: "late" })).rejects.toThrow("is cancelled");
});

test("a question whose process died before the attempt was parked: no agent works on without the answer", async () => {
  const work = await publishWork(engine, [{ title, attempts: [asks] }], { spec: { settings: attended } });
  const { id: attemptId, taskId } = await newestAttempt(engine, work, title);
  const saidAt = engine.clock.now();
  const asked = { taskId, from: "agent", text: "Which?", proposal: null, attemptId, saidAt, heardAt: saidAt } as const;
  await engine.database.transaction(async (tx) => {
    await engine.admission.lock(tx);
    await engine.messages.add(tx, asked);
  });
  await runNewest(engine, work, { title });
  expect(await work.task(title)).toMatchObject({ status: "blocked", blockedReason: "question", question: "Which?" });
  const { records } = await engine.logs.read(attemptId, 0, 1_000_000);
  expect(records.filter(({ source }) => source === "agent")).toEqual([]);
});

test("where nobody is there to be asked, what it proposes is the answer and an assumption of the spec", async () => {
  const work = await askedWork(unattended);
  expect(await newestAttempt(engine, work, title)).toMatchObject({ number: 1, state: "queued" });
  await runNewest(engine, work, { title });
  expect((await newestAttempt(engine, work, title)).state).toBe("landed");
  expect((await engine.specs.get(work.spec.id)).assumptions).toEqual(["Which ending? a newline"]);
  const said = (await allEvents(engine)).flatMap((event) =>
    event.type === "message.sent" ? [event.payload.from] : [],
  );
  expect(said).toEqual(["agent", "policy"]);
});

test("what a person says reaches a working agent, and the brief of the next attempt", async () => {
  const hangs = [{ hang: true as const }, { fail: { exitCode: 3 } }];
  const work = await publishWork(engine, [{ title, attempts: [hangs, writes(title)] }]);
  const { taskId, id: attemptId } = await newestAttempt(engine, work, title);
  let isOver = false;
  const running = runNewest(engine, work, { title }).finally(() => (isOver = true));
  await happened(engine, (event) => event.type === "attempt.moved" && event.payload.to === "working");
  // Only what comes once it hangs lets it go on.
  while (!isOver) await sendMessage(engine, { taskId, text: "Mind the\u001B[31m tests" });
  await running;
  expect(await engine.messages.ofTask(taskId)).toContainEqual(
    expect.objectContaining({ from: "person", text: "Mind the[31m tests", attemptId }),
  );

  await runNewest(engine, work, { title });
  const next = await newestAttempt(engine, work, title);
  expect(next).toMatchObject({ number: 2, state: "landed" });
  expect(next.brief).toContain("- The person you work for says: Mind the[31m tests");
});
