import type { Attempt } from "@omoios/domain/attempt/attempt";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { criterionStandings, goalOf, readProof } from "../queries/goal.ts";
import { allEvents, newestAttempt, runJob, runNewest } from "../testing/drive.ts";
import { publishWork, storeProject, writes, type PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 4, slotsPerProject: 4 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const goal = async (work: PlannedWork) => goalOf(criterionStandings(work.spec, await readProof(engine, work.spec.id)));

async function candidates(work: PlannedWork, state: string) {
  return (await engine.proofs.candidatesOfSpec(work.spec.id)).filter((one) => one.state === state);
}

/** The pull request, which only a spec whose criteria are all met gets. */
async function expectReviewed(work: PlannedWork): Promise<void> {
  await advanceSpec(engine, work.spec.id, new AbortController().signal);
  expect(await engine.specs.get(work.spec.id)).toMatchObject({ status: "in_review", attention: null });
  const tip = await work.hub.resolve(`refs/heads/${work.spec.branch}`);
  expect(await engine.forge.find(work.spec.id)).toMatchObject({ headCommit: tip });
  expect(await engine.admission.held()).toEqual([]);
}

/** Holds an attempt's candidate, proven, until `meanwhile` is done; then lets it try to land. */
async function landAfter(work: PlannedWork, title: string, meanwhile: () => Promise<unknown>): Promise<void> {
  await holdAt("attempt:land-1:begun", { work, title, meanwhile });
}

async function holdAt(
  place: string,
  held: { readonly work: PlannedWork; readonly title: string; readonly meanwhile: () => Promise<unknown> },
): Promise<void> {
  const reached = engine.checkpoints.hold(place);
  const running = runNewest(engine, held.work, { title: held.title });
  await Promise.race([reached.reached, running]);
  await held.meanwhile();
  reached.release();
  await running;
}

describe("several tasks of one spec", () => {
  test("land on one branch; who comes second is proven anew on what landed first", async () => {
    const titles = ["a.txt", "b.txt", "c.txt"];
    const work = await publishWork(
      engine,
      titles.map((title) => ({ title })),
    );
    expect(await goal(work)).toEqual({ met: 0, total: 3 });
    await landAfter(work, "a.txt", () =>
      Promise.all(["b.txt", "c.txt"].map((title) => runNewest(engine, work, { title }))),
    );
    expect(await candidates(work, "landed")).toHaveLength(3);
    const returned = await candidates(work, "returned");
    expect(returned.map((one) => one.attemptId)).toContain((await newestAttempt(engine, work, "a.txt")).id);
    for (const title of titles) expect(await work.landed(title)).toBe(`${title}\n`);
    expect(await goal(work)).toEqual({ met: 3, total: 3 });
    await expectReviewed(work);
  });

  test("proven at once, of which one lands, are proven anew one after the other: once each", async () => {
    const titles = ["a.txt", "b.txt", "c.txt", "d.txt"];
    const work = await publishWork(
      engine,
      titles.map((title) => ({ title })),
    );
    const held = titles.map(() => engine.checkpoints.hold("attempt:land-1:begun"));
    const running = Promise.all(titles.map((title) => runNewest(engine, work, { title })));
    await Promise.race([Promise.all(held.map(({ reached }) => reached)), running]);
    for (const one of held) one.release();
    await running;
    expect(await candidates(work, "landed")).toHaveLength(4);
    expect(await candidates(work, "returned")).toHaveLength(3);
    await expectReviewed(work);
  });

  test("are judged once per diff: a round on a newer tip proves the checks anew and keeps the verdict", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }, { title: "b.txt" }]);
    await landAfter(work, "a.txt", () => runNewest(engine, work, { title: "b.txt" }));
    const { id } = await newestAttempt(engine, work, "a.txt");
    const [validation, ...more] = await engine.attempts.validations({ attemptId: id });
    expect(more).toEqual([]);
    const rounds = (await engine.proofs.candidatesOfSpec(work.spec.id)).filter(({ attemptId }) => attemptId === id);
    expect(rounds.map(({ state }) => state)).toEqual(["returned", "landed"]);
    const evidence = (await engine.proofs.evidenceOfAttempt(id)).filter(({ subject }) => subject === "candidate");
    expect(new Set(evidence.map(({ commit }) => commit)).size).toBe(2);
    const standings = criterionStandings(work.spec, await readProof(engine, work.spec.id));
    const own = standings.find(({ criterion }) => criterion.id === work.criterion("a.txt").id);
    expect(own).toMatchObject({ met: true, verdict: { validationId: validation?.id, met: true } });
    expect(await engine.modelCalls.ofSpec(work.spec.id)).toHaveLength(2);
    await expectReviewed(work);
  });

  test("are judged anew when what landed first changed the same file", async () => {
    const lines = (first: string, last: string) => [first, "2", "3", "4", "5", "6", "7", "8", last, ""].join("\n");
    const project = await storeProject(engine, { list: lines("1", "9") });
    const work = await publishWork(
      engine,
      [
        { title: "a", check: "grep -q one list", attempts: [writes("list", lines("one", "9"))] },
        { title: "b", check: "grep -q nine list", attempts: [writes("list", lines("1", "nine"))] },
      ],
      { project },
    );
    await landAfter(work, "a", () => runNewest(engine, work, { title: "b" }));
    expect(await work.landed("list")).toBe(lines("one", "nine"));
    const { id } = await newestAttempt(engine, work, "a");
    expect(await engine.attempts.validations({ attemptId: id })).toHaveLength(2);
    await expectReviewed(work);
  });

  test("of which one breaks what landed although the text merges: it goes back", async () => {
    const work = await publishWork(engine, [
      { title: "a.txt", check: "test -f a.txt && ! test -f veto" },
      { title: "b.txt", attempts: [[{ write: { path: "veto", content: "" } }, ...writes("b.txt")], writes("b.txt")] },
    ]);
    await landAfter(work, "b.txt", () => runNewest(engine, work, { title: "a.txt" }));
    const [rejected] = await engine.attempts.ofTask((await work.task("b.txt")).id);
    expect(rejected).toMatchObject({
      state: "rejected",
      feedback: { kind: "criteria", items: [{ subject: "REQ-1.1" }] },
    });
    expect(await work.landed("veto")).toBeNull();
    await runNewest(engine, work, { title: "b.txt" });
    expect(await goal(work)).toEqual({ met: 2, total: 2 });
    await expectReviewed(work);
  });

  test("of which one was found while another was at work: what it proved stays true on the other's candidate", async () => {
    const discover = {
      ...{ title: "Write b.txt", description: "There has to be a b.txt", why: "a.txt names it", files: ["b.txt"] },
      ...{ criterion: "b.txt is in the top folder", check: "test -f b.txt" },
    };
    const work = await publishWork(engine, [
      { title: "a.txt", attempts: [[{ discover }, ...writes("a.txt")]] },
      { title: discover.title, unplanned: true, attempts: [writes("b.txt")] },
    ]);
    const runFound = async (): Promise<void> => {
      const task = (await engine.tasks.ofSpec(work.spec.id)).find(({ title }) => title === discover.title);
      const attempt = (await engine.attempts.ofTask(task?.id ?? "")).at(-1);
      if (attempt === undefined) throw new Error(`${discover.title} has not been started`);
      await runJob(engine, attempt);
    };
    await landAfter(work, "a.txt", runFound);
    expect(await goal(work)).toEqual({ met: 2, total: 2 });
    await expectReviewed(work);
  });

  test("of which one lands after another's candidate was made: that one is asked for it on the next candidate only", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }, { title: "b.txt" }]);
    const meanwhile = async (): Promise<unknown> => runNewest(engine, work, { title: "a.txt" });
    await holdAt("attempt:candidate-1:done", { work, title: "b.txt", meanwhile });
    expect(await engine.attempts.ofTask((await work.task("b.txt")).id)).toMatchObject([{ state: "landed" }]);
    expect(await goal(work)).toEqual({ met: 2, total: 2 });
    await expectReviewed(work);
  });

  test("of which one died between moving the branch and saying so: the next one proves its criteria too", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }, { title: "b.txt" }]);
    const landed = engine.checkpoints.hold("attempt:land-1:effect");
    const first = runNewest(engine, work, { title: "a.txt" });
    await Promise.race([landed.reached, first]);
    expect((await work.task("a.txt")).status).toBe("landing");
    await runNewest(engine, work, { title: "b.txt" });
    landed.release();
    await first;
    expect(await goal(work)).toEqual({ met: 2, total: 2 });
    await expectReviewed(work);
  });
});

/** A step of an attempt, or of what judges it. */
async function ledgerRow(attempt: Attempt, name: string) {
  const all = [attempt, ...(await engine.attempts.validations({ attemptId: attempt.id }))];
  const rows = await Promise.all(all.map(({ id }) => engine.ledger.ofAttempt(id)));
  return rows.flat().find((row) => row.name === name);
}

describe("a process that dies", () => {
  test.each(["calibrate", "collect", "candidate-1", "verdict-1", "land-1"])(
    "after the effect of %s and before it is written down does it again and writes it once",
    async (name) => {
      const work = await publishWork(engine, [{ title: "a.txt" }]);
      const attempt = await newestAttempt(engine, work, "a.txt");
      engine.checkpoints.crash(`attempt:${name}:effect`);
      await expect(runJob(engine, attempt)).rejects.toThrow(`Crashed at attempt:${name}:effect`);
      const begun = await ledgerRow(attempt, name);
      expect(begun).toMatchObject({ done: false, epoch: 1 });
      const tip = await work.hub.resolve(`refs/omoios/candidates/${attempt.id}`);

      await runJob(engine, attempt);
      const done = await ledgerRow(attempt, name);
      expect(done).toMatchObject({ done: true, epoch: 2, startedAt: begun?.startedAt });
      expect(await newestAttempt(engine, work, "a.txt")).toMatchObject({ number: 1, state: "landed" });
      const evidence = await engine.proofs.evidenceOfAttempt(attempt.id);
      expect(evidence.map((one) => one.subject).toSorted()).toEqual(["base", "candidate"]);
      expect(await engine.proofs.verdictsOfSpec(work.spec.id)).toHaveLength(1);
      const [candidate, ...more] = await candidates(work, "landed");
      expect(more).toEqual([]);
      expect(candidate?.commit).toBe(tip ?? candidate?.commit);
      const types = (await allEvents(engine)).map((event) => event.type);
      expect(types.filter((type) => type === "evidence.recorded")).toHaveLength(2);
      expect(types.filter((type) => type === "verdict.recorded")).toHaveLength(1);
      await expectReviewed(work);
    },
  );
});
