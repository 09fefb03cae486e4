import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { allEvents, newestAttempt, runJob, runNewest } from "../testing/drive.ts";
import { conflictingWork, says, shared as path } from "../testing/conflicting-work.ts";
import type { PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";
import { cancelTask, retryTask } from "./decide-tasks.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 4, slotsPerProject: 4 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const both = says("one\nfirst\nsecond\n");
const conflicting = async (resolve: Parameters<typeof conflictingWork>[1]) => conflictingWork(engine, resolve);

const attemptsAt = async (work: PlannedWork) => engine.attempts.ofTask((await work.task("second")).id);
const conflictsOf = async (work: PlannedWork) => engine.conflicts.ofTask((await work.task("second")).id);

async function expectReviewed(work: PlannedWork): Promise<void> {
  await advanceSpec(engine, work.spec.id, new AbortController().signal);
  expect(await engine.specs.get(work.spec.id)).toMatchObject({ status: "in_review", attention: null });
  expect(await engine.admission.held()).toEqual([]);
}

describe("two tasks whose work conflicts", () => {
  test("are joined by an attempt that is told both intents and starts from git's merge", async () => {
    const work = await conflicting([both]);
    const [rejected, resolution] = await attemptsAt(work);
    expect(rejected).toMatchObject({ state: "rejected", feedback: { kind: "conflict" } });
    expect(resolution).toMatchObject({ kind: "resolution", state: "queued" });
    expect(await conflictsOf(work)).toMatchObject([
      { state: "resolving", attemptId: rejected?.id, taskTip: rejected?.tip, score: 1, items: [{ paths: [path] }] },
    ]);
    await runNewest(engine, work, { title: "second" });

    expect(await work.landed(path)).toBe("one\nfirst\nsecond\n");
    expect(await conflictsOf(work)).toMatchObject([{ state: "resolved" }]);
    const { brief, tip } = await newestAttempt(engine, work, "second");
    for (const said of ["Make first", "Make second", "REQ-1.1", "REQ-1.2", "+first", "+second"]) {
      expect(brief).toContain(said);
    }
    const [conflict] = await conflictsOf(work);
    const log = await work.hub.log(work.spec.baseCommit, (await specTip(work)) ?? "");
    expect(log.map((commit) => commit.commit)).toEqual(expect.arrayContaining([tip, conflict?.taskTip]));
    expect(log.some((commit) => /to be resolved/u.test(commit.subject))).toBe(false);
    await expectReviewed(work);
  });

  test("keep both sides' lines: a resolution that drops one goes back with what is gone, and does not count as an attempt", async () => {
    const work = await conflicting([says("one\nsecond\n"), both]);
    await runNewest(engine, work, { title: "second" });
    expect(await work.landed(path)).toBe("one\nfirst\n");
    const [, dropped, next] = await attemptsAt(work);
    expect(dropped?.feedback).toMatchObject({
      kind: "resolution",
      items: [{ subject: path, message: "a line that one side added is gone: first" }],
    });
    expect(next).toMatchObject({ kind: "resolution", state: "queued" });
    await runNewest(engine, work, { title: "second" });
    expect((await newestAttempt(engine, work, "second")).brief).toContain("is gone: first");
    expect(await work.landed(path)).toBe("one\nfirst\nsecond\n");
    await expectReviewed(work);
  });

  test("that agents cannot join wait for a person, who may let an agent try again", async () => {
    const work = await conflicting([[], [], both]);
    for (let turn = 0; turn < 2; turn += 1) await runNewest(engine, work, { title: "second" });
    expect(await work.task("second")).toMatchObject({ status: "blocked", blockedReason: "conflict" });
    expect((await attemptsAt(work)).at(-1)?.feedback?.message).toMatch(/^The resolution leaves conflict markers in/u);
    expect(await conflictsOf(work)).toMatchObject([{ state: "with_person" }]);
    expect((await engine.specs.get(work.spec.id)).attention).toContain("omoios conflict take");

    await retryTask(engine, { taskId: (await work.task("second")).id });
    await runNewest(engine, work, { title: "second" });
    expect(await work.landed(path)).toBe("one\nfirst\nsecond\n");
    expect(await conflictsOf(work)).toMatchObject([{ state: "resolved" }]);
    const moves = (await allEvents(engine)).flatMap((event) =>
      event.type === "conflict.moved" ? [event.payload.to] : [],
    );
    expect(moves).toEqual(["resolving", "open", "resolving", "with_person", "open", "resolving", "resolved"]);
    await expectReviewed(work);
  });

  test("of which one is cancelled have no conflict any more", async () => {
    const work = await conflicting([both]);
    await cancelTask(engine, { taskId: (await work.task("second")).id });
    expect(await conflictsOf(work)).toMatchObject([{ state: "dropped" }]);
  });
});

describe("a process that dies over a resolution", () => {
  test.each(["base", "brief", "collect", "resolution", "audit", "candidate-1", "land-1"])(
    "after the effect of %s lands the same tree, once",
    async (name) => {
      const work = await conflicting([both]);
      const attempt = await newestAttempt(engine, work, "second");
      engine.checkpoints.crash(`attempt:${name}:effect`);
      await expect(runJob(engine, attempt)).rejects.toThrow(`Crashed at attempt:${name}:effect`);
      await runJob(engine, attempt);
      expect(await newestAttempt(engine, work, "second")).toMatchObject({ id: attempt.id, state: "landed" });
      expect(await work.landed(path)).toBe("one\nfirst\nsecond\n");
      expect((await allEvents(engine)).filter((event) => event.type === "resolution.audited")).toHaveLength(1);
      await expectReviewed(work);
    },
  );
});

async function specTip(work: PlannedWork): Promise<string | null> {
  return work.hub.resolve(`refs/heads/${work.spec.branch}`);
}
