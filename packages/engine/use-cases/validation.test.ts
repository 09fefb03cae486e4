import type { Attempt } from "@omoios/domain/attempt/attempt";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ModelCallError } from "../ports/models.ts";
import { allEvents, newestAttempt, runJob, runNewest } from "../testing/drive.ts";
import { publishWork, type PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { wakeParked } from "./park-attempt.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const title = "a.txt";

async function judged(work: PlannedWork): Promise<{ readonly attempt: Attempt; readonly validation: Attempt }> {
  const attempt = await newestAttempt(engine, work, title);
  const [validation, ...more] = await engine.attempts.validations({ attemptId: attempt.id });
  if (validation === undefined || more.length > 0) throw new Error(`${more.length} validations too many, or none`);
  return { attempt, validation };
}

/** How often the validator was asked, by whose attempt. */
async function asked(work: PlannedWork): Promise<readonly (string | null)[]> {
  const calls = await engine.modelCalls.ofSpec(work.spec.id);
  return calls.filter(({ role }) => role === "validate").map(({ attemptId }) => attemptId);
}

/** The engine over a validator whose first call fails so. */
function failingOnce(failure: Error): TestEngine {
  let calls = 0;
  const { models } = engine;
  const generate: typeof models.generate = (request) =>
    (calls += 1) === 1 ? Promise.reject(failure) : models.generate(request);
  return { ...engine, models: { check: (model) => models.check(model), generate } };
}

test("the validator works in an attempt of its own: its calls, verdicts and brief are there, the slots are not", async () => {
  const work = await publishWork(engine, [{ title }]);
  await runNewest(engine, work, { title });
  const { attempt, validation } = await judged(work);
  expect(attempt).toMatchObject({ kind: "implementation", judges: null, number: 1, state: "landed" });
  expect(validation).toMatchObject({ kind: "validation", judges: attempt.id, agent: "validator", state: "finished" });
  expect(validation).toMatchObject({ number: 1, epoch: 1, model: "scripted", startedAt: expect.any(Date) as Date });
  expect(validation.brief).toContain((await engine.plans.criteria(work.spec.id))[0]?.text);
  expect(validation.brief).toContain("+");
  const verdicts = await engine.proofs.verdictsOfSpec(work.spec.id);
  expect(verdicts).toMatchObject([{ attemptId: attempt.id, validationId: validation.id }]);
  expect(await asked(work)).toEqual([validation.id]);
  expect(await engine.admission.held()).toEqual([]);
  const moves = (await allEvents(engine)).flatMap((event) =>
    event.type === "validation.moved" ? [event.payload] : [],
  );
  expect(moves.map(({ to }) => to)).toEqual(["queued", "provisioning", "working", "finished"]);
  expect(moves[0]).toMatchObject({ number: 1, validation: 1, from: null, model: "scripted" });
});

test.each([
  { at: "answer-1:done", calls: 1 },
  { at: "verdict-1:effect", calls: 1 },
  { at: "verdict-1:done", calls: 1 },
  { at: "answer-1:effect", calls: 2 },
])("a process that dies at $at is taken over; what was answered and written down is not asked again", async (died) => {
  const work = await publishWork(engine, [{ title }]);
  const first = await newestAttempt(engine, work, title);
  engine.checkpoints.crash(`attempt:${died.at}`);
  await expect(runJob(engine, first)).rejects.toThrow("Crashed at");
  const { id } = (await judged(work)).validation;
  await runJob(engine, first);
  const { attempt, validation } = await judged(work);
  expect(attempt).toMatchObject({ id: first.id, state: "landed" });
  expect(validation).toMatchObject({ id, state: "finished", epoch: died.at === "verdict-1:done" ? 1 : 2 });
  expect(await asked(work)).toHaveLength(died.calls);
  expect(await engine.proofs.verdictsOfSpec(work.spec.id)).toHaveLength(1);
});

test("it waits with the attempt it judges, and goes on with it from the answer it has", async () => {
  const work = await publishWork(engine, [{ title }]);
  const stopping = new AbortController();
  engine.checkpoints.once("attempt:answer-1:done", async () => {
    stopping.abort(new Error("stop"));
    await Promise.resolve();
  });
  await runNewest(engine, work, { title, signal: stopping.signal });
  const waiting = await judged(work);
  expect(waiting.attempt).toMatchObject({ state: "parked", endedAt: null });
  expect(waiting.validation).toMatchObject({ state: "parked", endedAt: null, reason: "the server was stopped" });
  await wakeParked(engine);
  await runNewest(engine, work, { title });
  const { attempt, validation } = await judged(work);
  expect(attempt).toMatchObject({ state: "landed" });
  expect(validation).toMatchObject({ id: waiting.validation.id, state: "finished", reason: null, epoch: 2 });
  expect(await asked(work)).toEqual([validation.id]);
});

test("it ends with the attempt it judges, and the next attempt is judged anew", async () => {
  const work = await publishWork(engine, [{ title }]);
  const spent = { tries: 3, inputTokens: 0, outputTokens: 0 };
  const unfit = new ModelCallError(
    { kind: "unavailable", message: "It gave no answer that fits", retryable: true },
    { spent, isOutage: false },
  );
  await runNewest(failingOnce(unfit), work, { title });
  const [first] = await engine.attempts.ofTask((await work.task(title)).id);
  const failed = await engine.attempts.validations({ attemptId: first?.id ?? "" });
  expect(failed).toMatchObject([{ state: "failed", endedAt: expect.any(Date) as Date }]);
  expect(failed[0]?.reason).toContain("gave no answer that fits");
  await runNewest(engine, work, { title });
  const { attempt, validation } = await judged(work);
  expect(attempt).toMatchObject({ number: 2, state: "landed" });
  expect(validation).toMatchObject({ number: 1, state: "finished" });
  expect(await asked(work)).toEqual([validation.id]);
});

test("a validator that leaves a criterion out is asked for it once more", async () => {
  const work = await publishWork(engine, [{ title }]);
  const { models } = engine;
  const prompts: string[] = [];
  const generate: typeof models.generate = async (request) => {
    prompts.push(request.prompt);
    const reply = await models.generate(request);
    return prompts.length === 1 ? { ...reply, value: request.schema.parse({ verdicts: [] }) } : reply;
  };
  const forgetful = { ...engine, models: { check: models.check.bind(models), generate } };
  await runNewest(forgetful, work, { title });
  expect(prompts[1]).toContain("- REQ-1.1: it has no verdict");
  expect((await judged(work)).attempt).toMatchObject({ state: "landed" });
});

describe("a validator that wants to see for itself", () => {
  const look = { argv: ["cat", "a.txt"], why: "what is in it" };
  const met = (...evidence: readonly string[]) => ({
    verdicts: [{ criterion: "REQ-1.1", met: true, confidence: 0.9, evidence: [...evidence], reasoning: "Seen" }],
  });
  const asking = (...commands: readonly object[]) => ({ commands: [...commands], verdicts: [] });

  test("has commands run on the candidate, which are evidence it may cite", async () => {
    const elsewhere = { argv: ["pwd"], directory: "nowhere", why: "a folder that is not there" };
    const unknown = { argv: ["no-such-program"], why: "a program that is not there" };
    const work = await publishWork(engine, [{ title }], {
      model: { validate: [asking(look, elsewhere, unknown), met("E1", "C1")] },
    });
    await runNewest(engine, work, { title });
    const { attempt, validation } = await judged(work);
    expect(attempt).toMatchObject({ state: "landed" });
    const [candidate] = await engine.proofs.candidatesOfSpec(work.spec.id);
    const runs = await engine.proofs.commandRunsOfSpec(work.spec.id);
    expect(runs.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ["C1", 0],
      ["C2", 125],
      ["C3", 127],
    ]);
    expect(runs[0]).toMatchObject({ validationId: validation.id, tail: "a.txt\n", tree: candidate?.tree });
    expect(await engine.proofs.verdictsOfSpec(work.spec.id)).toMatchObject([{ commands: ["C1"], voidReason: null }]);
    const events = (await allEvents(engine)).flatMap((event) => (event.type === "command.run" ? [event.payload] : []));
    expect(events[0]).toMatchObject({ name: "C1", command: "cat a.txt", exitCode: 0, number: 1 });
    expect(await asked(work)).toHaveLength(2);
  });

  test("sees a clean tree with every command, whatever the one before did", async () => {
    const spoil = { argv: ["sh", "-c", "echo spoiled > a.txt"], why: "what happens" };
    const work = await publishWork(engine, [{ title }], {
      model: { validate: [asking(spoil, look), met("E1", "C2")] },
    });
    await runNewest(engine, work, { title });
    const [, second] = await engine.proofs.commandRunsOfSpec(work.spec.id);
    expect(second).toMatchObject({ name: "C2", tail: "a.txt\n" });
  });

  test("does not get away with citing what was not run, and that is kept", async () => {
    const work = await publishWork(engine, [{ title }], { model: { validate: [asking(look), met("E1", "C7")] } });
    await runNewest(engine, work, { title });
    const [first] = await engine.attempts.ofTask((await work.task(title)).id);
    expect(first).toMatchObject({ state: "rejected" });
    const [verdict] = await engine.proofs.verdictsOfSpec(work.spec.id);
    expect(verdict?.voidReason).toBe("it cites C7, a command that was not run");
  });

  test("has only so many, and no verdict is no verdict", async () => {
    const work = await publishWork(engine, [{ title }], { model: { validate: [asking(look, look, look, look)] } });
    await runNewest(engine, work, { title });
    const [first] = await engine.attempts.ofTask((await work.task(title)).id);
    expect(first).toMatchObject({ state: "rejected" });
    expect(await engine.proofs.commandRunsOfSpec(work.spec.id)).toHaveLength(6);
  });

  test("whose process dies is shown what ran before, which is not run twice", async () => {
    const work = await publishWork(engine, [{ title }], { model: { validate: [asking(look), met("E1", "C1")] } });
    const attempt = await newestAttempt(engine, work, title);
    engine.checkpoints.crash("attempt:commands-1:done");
    await expect(runJob(engine, attempt)).rejects.toThrow("Crashed at");
    await runJob(engine, attempt);
    expect(await newestAttempt(engine, work, title)).toMatchObject({ number: 1, state: "landed" });
    expect(await engine.proofs.commandRunsOfSpec(work.spec.id)).toHaveLength(1);
    expect(await asked(work)).toHaveLength(2);
  });
});
