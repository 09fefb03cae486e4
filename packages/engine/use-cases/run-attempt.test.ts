import { FaultError } from "@omoios/domain/shared/fault";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { StaleAttempts } from "../loops/stale-attempts.ts";
import { allEvents, happened, newestAttempt, runJob, runNewest } from "../testing/drive.ts";
import { failNow, queued } from "../testing/end-attempt.ts";
import { publishWork, writes, type PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { cancelTask, retryTask } from "./decide-tasks.ts";
import { wakeParked } from "./park-attempt.ts";
import { runAttempt } from "./run-attempt.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { maxAttempts: 2 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const newest = (work: PlannedWork, title: string) => newestAttempt(engine, work, title);
const hangs = [[{ write: { path: "a.txt", content: "half\n" } }, { hang: true as const }]];

async function states(work: PlannedWork) {
  return (await engine.attempts.ofSpec(work.spec.id)).map((attempt) => attempt.state);
}

/** Nothing of the attempt is left on the machine or in its slots. */
async function expectGone(): Promise<void> {
  expect(await engine.provider.list()).toEqual([]);
  expect(await engine.sandboxRecords.notDestroyed()).toEqual([]);
  expect(engine.registry.size).toBe(0);
  expect(engine.clock.waiting).toBe(0);
}

async function working(work: PlannedWork): Promise<void> {
  const { id } = await newest(work, "a.txt");
  await happened(engine, (event) => event.type === "agent.observed" && event.attemptId === id);
}

describe("an attempt", () => {
  test("works, is proven and lands, and leaves nothing behind", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }]);
    await runNewest(engine, work, { title: "a.txt" });
    expect(await newest(work, "a.txt")).toMatchObject({ state: "landed", agentSummary: "wrote a.txt" });
    expect((await work.task("a.txt")).status).toBe("complete");
    expect(await work.landed("a.txt")).toBe("a.txt\n");
    await expectGone();
  });

  test("has nothing to do when its criteria are met already: its agent is stopped", async () => {
    const work = await publishWork(engine, [{ title: "a.txt", check: "test -f README.md", attempts: hangs }]);
    await runNewest(engine, work, { title: "a.txt" });
    expect(await newest(work, "a.txt")).toMatchObject({ state: "finished", reason: "already met" });
    expect((await work.task("a.txt")).status).toBe("complete");
    await expectGone();
  });

  test("that does not prove its criterion is followed by one that is told why, not how it is checked", async () => {
    const attempts = [writes("wrong.txt"), writes("a.txt")];
    const work = await publishWork(engine, [{ title: "a.txt", check: "cat a.txt || exit 7", attempts }]);
    await runNewest(engine, work, { title: "a.txt" });
    expect(await newest(work, "a.txt")).toMatchObject({ number: 2, state: "queued" });
    await runNewest(engine, work, { title: "a.txt" });
    const second = await newest(work, "a.txt");
    expect(second.state).toBe("landed");
    expect(second.brief).toContain("failed with exit code 7");
    expect(second.brief).not.toContain("cat a.txt ||");
  });

  test("that builds on another is told what that one changed, and what its agent claims", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }, { title: "b.txt", needs: ["a.txt"] }]);
    await runNewest(engine, work, { title: "a.txt" });
    await runNewest(engine, work, { title: "b.txt" });
    const { brief } = await newest(work, "b.txt");
    expect(brief).toContain("TSK-100: a.txt\nChanged: a.txt\nIts agent said: wrote a.txt");
    expect((await newest(work, "a.txt")).brief).not.toContain("builds on");
  });

  test("keeps telling the agent what failed when a later attempt was lost to the machine", async () => {
    const attempts = [writes("wrong.txt"), writes("a.txt")];
    const work = await publishWork(engine, [{ title: "a.txt", check: "cat a.txt || exit 7", attempts }]);
    await runNewest(engine, work, { title: "a.txt" });
    await failNow(engine, await newest(work, "a.txt"), "lost");
    await runNewest(engine, work, { title: "a.txt" });
    expect(await states(work)).toEqual(["rejected", "failed", "landed"]);
    expect((await newest(work, "a.txt")).brief).toContain("failed with exit code 7");
  });

  test("whose check cannot be run is failed, and its hanging agent is stopped", async () => {
    const work = await publishWork(engine, [{ title: "a.txt", attempts: hangs }]);
    await engine.database.jobs.executeSql("UPDATE criterion_check SET directory = 'missing/../../..'");
    await runNewest(engine, work, { title: "a.txt" });
    expect(await newest(work, "a.txt")).toMatchObject({ number: 2, state: "queued" });
    expect((await states(work))[0]).toBe("failed");
    await expectGone();
  });

  test("whose set-up fails waits for a person, is not repeated until they ask, and then tries it again", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }]);
    const attempt = await newest(work, "a.txt");
    const projectConfig: TestEngine["projectConfig"] = async (...asked) => {
      const config = await engine.projectConfig(...asked);
      return { ...config, setup: { ...config.setup, install: "echo no luck; exit 3" } };
    };
    const job = { id: attempt.jobId, subjectId: attempt.id };
    await runAttempt({ ...engine, projectConfig }, job, new AbortController().signal);
    expect(await states(work)).toEqual(["failed"]);
    expect((await newest(work, "a.txt")).reason).toMatch(/Set-up failed \(exit 3\)[^]*no luck/u);
    const question = expect.stringMatching(/Set-up failed \(exit 3\).*setup\.install.*retry the task/u) as string;
    expect(await work.task("a.txt")).toMatchObject({ status: "blocked", question });
    await expectGone();

    await retryTask(engine, { taskId: attempt.taskId });
    await runNewest(engine, work, { title: "a.txt" });
    expect(await states(work)).toEqual(["failed", "landed"]);
  });

  test("that mends another is shown what that one changed and what was found; one that starts afresh is not", async () => {
    const wrong = [writes("a.txt", "wrong\n")];
    const attempts = [...wrong, ...wrong, ...wrong];
    const work = await publishWork(engine, [{ title: "a.txt", check: "grep -q right a.txt", attempts }]);
    const patient = { ...engine, scheduling: { ...engine.scheduling, maxAttempts: 3 } };
    for (let round = 0; round < 3; round += 1) await runNewest(patient, work, { title: "a.txt" });
    const [first, second, third] = await engine.attempts.ofTask((await work.task("a.txt")).id);
    expect(first?.brief).not.toContain("had changed");
    expect(second?.brief).toMatch(/was sent back[^]*had changed[^]*<<DIFF\ndiff --git a\/a\.txt[^]*\+wrong[^]*DIFF>>/u);
    expect(third).toMatchObject({ strategy: "fresh_start" });
    expect(third?.brief).not.toContain("had changed");
  });

  test("that cannot even be looked up is failed like any other, not called for ever", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }]);
    const attempt = await newest(work, "a.txt");
    const fault = new FaultError({ kind: "invalid", message: "The configuration is broken", problems: [] });
    await runAttempt(
      { ...engine, projectConfig: () => Promise.reject(fault) },
      { id: attempt.jobId, subjectId: attempt.id },
      new AbortController().signal,
    );
    expect(await engine.attempts.get(attempt.id)).toMatchObject({
      state: "failed",
      reason: "The configuration is broken",
    });
  });
});

describe("a person's cancellation", () => {
  test("stops the agent at once, frees the slots, and nothing lands", async () => {
    const work = await publishWork(engine, [{ title: "a.txt", attempts: hangs }]);
    const running = runNewest(engine, work, { title: "a.txt" });
    await working(work);
    await cancelTask(engine, { taskId: (await work.task("a.txt")).id });
    await running;
    expect(await states(work)).toEqual(["cancelled"]);
    expect(await engine.admission.held()).toEqual([]);
    expect(await work.landed("a.txt")).toBeNull();
    await expectGone();
  });

  test("just before the landing keeps the branch where it was", async () => {
    const work = await publishWork(engine, [{ title: "a.txt" }]);
    engine.checkpoints.once("attempt:land-1:begun", async () => {
      await cancelTask(engine, { taskId: (await work.task("a.txt")).id });
    });
    await runNewest(engine, work, { title: "a.txt" });
    expect(await states(work)).toEqual(["cancelled"]);
    expect(await work.hub.resolve(`refs/heads/${work.spec.branch}`)).toBe(work.spec.baseCommit);
    await expectGone();
  });
});

describe("an attempt that somebody else takes over", () => {
  test("is left by its first runner at once: its jail is closed, it writes nothing more", async () => {
    const attempts = [[...writes("a.txt").slice(0, 1), { wait: 1_000 }, { submit: "done" }]];
    const work = await publishWork(engine, [{ title: "a.txt", attempts }]);
    const attempt = await newest(work, "a.txt");
    const first = runJob(engine, attempt);
    await working(work);
    await Promise.all([first, runJob(engine, attempt)]);

    const landed = await newest(work, "a.txt");
    expect(landed).toMatchObject({ state: "landed", epoch: 2, number: 1 });
    const events = await allEvents(engine);
    const lands = events.filter((event) => event.type === "task.moved" && event.payload.to === "complete");
    expect(lands).toHaveLength(1);
    const evidence = await engine.proofs.evidenceOfAttempt(attempt.id);
    expect(evidence.map((one) => one.subject).toSorted()).toEqual(["base", "candidate"]);
    await expectGone();
  });

  test("after its runner stopped beating is lost to it, and the next attempt starts", async () => {
    const work = await publishWork(engine, [{ title: "a.txt", attempts: hangs }]);
    await using stale = new StaleAttempts({
      ...engine,
      watching: engine.config.watch,
      onError: (cause) => void engine.troubles.push(cause),
    });
    const running = runNewest(engine, work, { title: "a.txt" });
    await working(work);
    // Its beats fail to arrive: the row keeps the time of the claim however often the clock comes round.
    const forget = () => engine.database.jobs.executeSql("UPDATE attempt SET beat_at = claimed_at");
    engine.clock.advance(engine.config.watch.staleMs / 2);
    await forget();
    await stale.look();
    expect(await states(work)).toEqual(["working"]);
    engine.clock.advance(engine.config.watch.staleMs / 2);
    await forget();
    await stale.look();
    await running;
    expect(await states(work)).toEqual(["lost", "queued"]);
    expect(await work.task("a.txt")).toMatchObject({ status: "running" });
    expect(engine.troubles).toEqual([]);
  });
});

describe("a process that stops", () => {
  test.each(["attempt:calibrate:begun", "attempt:work:effect", "attempt:land-1:effect"])(
    "at %s parks the attempt; it goes on where it stood and lands once",
    async (name) => {
      const work = await publishWork(engine, [{ title: "a.txt" }]);
      const stopping = new AbortController();
      engine.checkpoints.once(name, async () => {
        stopping.abort(new Error("stop"));
        await Promise.resolve();
      });
      await runNewest(engine, work, { title: "a.txt", signal: stopping.signal });
      // The refs are moved by then, and a step that is begun is finished.
      if (name !== "attempt:land-1:effect") {
        expect(await states(work)).toEqual(["parked"]);
        expect(await engine.admission.held()).toEqual([]);
        expect(await wakeParked(engine)).toBe(1);
        await runNewest(engine, work, { title: "a.txt" });
      }
      expect(await states(work)).toEqual(["landed"]);
      expect(await work.landed("a.txt")).toBe("a.txt\n");
      expect(await queued(engine)).toEqual([]);
      await expectGone();
    },
  );
});
