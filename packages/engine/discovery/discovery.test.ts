import type { AgentToolInput } from "@omoios/contract/agent-tools";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allEvents, newestAttempt, runJob, runNewest } from "../testing/drive.ts";
import { publishWork, writes, type PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { acceptDiscovery, dismissDiscovery } from "./decide-discovery.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
beforeEach(() => engine.reset());
afterAll(() => engine[Symbol.asyncDispose]());

type Report = AgentToolInput<"report_discovery">;

function found(change: Partial<Report> = {}) {
  const discover: Report = {
    title: "Write b.txt",
    description: "There has to be a b.txt",
    why: "a.txt names it",
    files: ["b.txt"],
    criterion: "b.txt is in the top folder",
    check: "test -f b.txt",
    ...change,
  };
  return { discover };
}

/** One planned task whose agent reports these, and what an agent will do about the work that is found. */
async function reporting(reports: readonly ReturnType<typeof found>[]): Promise<PlannedWork> {
  const attempts = [[...reports, ...writes("a.txt")]];
  return publishWork(engine, [
    { title: "a.txt", attempts },
    { title: "Write b.txt", unplanned: true, attempts: [writes("b.txt")] },
  ]);
}

const discoveries = (work: PlannedWork) => engine.discoveries.ofSpec(work.spec.id);

async function runFound(work: PlannedWork, title: string) {
  const task = (await engine.tasks.ofSpec(work.spec.id)).find((one) => one.title === title);
  const attempt = (await engine.attempts.ofTask(task?.id ?? "")).at(-1);
  if (task === undefined || attempt === undefined) throw new Error(`${title} has not been started`);
  await runJob(engine, attempt);
  return { task: await engine.tasks.get(task.id), attempt: await engine.attempts.get(attempt.id) };
}

describe("work an agent comes upon", () => {
  test("within the limits becomes a task with a criterion and check of its own, is proven and lands", async () => {
    const work = await reporting([found()]);
    await runNewest(engine, work, { title: "a.txt" });
    const { task, attempt } = await runFound(work, "Write b.txt");
    expect(attempt.feedback).toBeNull();
    expect(task).toMatchObject({ status: "complete", declaredFiles: ["b.txt"] });
    expect(await work.landed("b.txt")).toBe("b.txt\n");
    expect(await discoveries(work)).toMatchObject([
      { state: "accepted", decidedBy: "policy", depth: 1, becameTaskId: task.id, digest: expect.any(String) as string },
    ]);
    expect((await engine.plans.criteriaOfTask(task.id)).map(({ label }) => label)).toEqual(["REQ-1.2"]);
    const told = (await allEvents(engine)).filter(({ type }) => type.startsWith("discovery."));
    expect(told.map(({ type }) => type)).toEqual(["discovery.reported", "discovery.moved"]);
    expect(engine.troubles).toEqual([]);
  });

  test("waits for the tasks that change the same files, and starts when they have landed", async () => {
    const work = await reporting([found({ files: ["a.txt", "b.txt"] })]);
    await runNewest(engine, work, { title: "a.txt" });
    const events = await allEvents(engine);
    const moved = events.findIndex(({ type }) => type === "discovery.moved");
    const ready = events.findIndex(
      (event) => event.type === "task.moved" && event.payload.reason?.includes("is complete"),
    );
    expect(moved).toBeGreaterThan(-1);
    expect(ready).toBeGreaterThan(moved);
    expect((await runFound(work, "Write b.txt")).task.status).toBe("complete");
  });

  test("that needs a new requirement waits for a person, who may let it become a task with that requirement", async () => {
    const work = await reporting([found({ requirement: "The shop SHALL keep a file b.txt" })]);
    await runNewest(engine, work, { title: "a.txt" });
    const [waiting] = await discoveries(work);
    expect(waiting).toMatchObject({ state: "inbox", reason: expect.stringContaining("never approved") as string });
    const accepted = await acceptDiscovery(engine, { discoveryId: waiting?.id ?? "", check: null });
    expect(accepted).toMatchObject({ state: "accepted", decidedBy: "person" });
    expect((await engine.plans.requirements(work.spec.id)).map(({ label, text }) => [label, text])).toEqual([
      ["REQ-1", "The shop SHALL have it"],
      ["REQ-2", "The shop SHALL keep a file b.txt"],
    ]);
    expect((await engine.plans.criteriaOfTask(accepted.becameTaskId ?? "")).map(({ label }) => label)).toEqual([
      "REQ-2.1",
    ]);
  });

  test("without a check is let in by a person who gives one, and dismissed by one who does not want it", async () => {
    const reports = [found({ check: null }), found({ title: "Write c.txt", files: ["c.txt"], check: null })];
    const work = await publishWork(engine, [
      { title: "a.txt", attempts: [[...reports, ...writes("a.txt")]] },
      { title: "z.txt", needs: ["a.txt"] },
      { title: "Write b.txt", unplanned: true, attempts: [writes("b.txt")] },
    ]);
    await runNewest(engine, work, { title: "a.txt" });
    const [first, second] = await discoveries(work);
    await expect(acceptDiscovery(engine, { discoveryId: first?.id ?? "", check: null })).rejects.toMatchObject({
      fault: { kind: "invalid", problems: [{ at: "check" }] },
    });
    await acceptDiscovery(engine, { discoveryId: first?.id ?? "", check: "test -f b.txt" });
    await dismissDiscovery(engine, { discoveryId: second?.id ?? "", reason: "not now" });
    expect(await discoveries(work)).toMatchObject([
      { state: "accepted", decidedBy: "person" },
      { state: "dismissed", decidedBy: "person", reason: "not now" },
    ]);
    await expect(dismissDiscovery(engine, { discoveryId: first?.id ?? "", reason: null })).rejects.toMatchObject({
      fault: { kind: "illegal-move" },
    });
    expect((await runFound(work, "Write b.txt")).task.status).toBe("complete");
  });

  test("in a flood is listened to three times; the rest is counted, and one event says so", async () => {
    const flood = Array.from({ length: 100 }, (_, place) =>
      found({ title: `Write file ${place}`, files: [`${place}.txt`], check: `test -f ${place}.txt` }),
    );
    const work = await reporting([found(), found({ title: "write  B.TXT" }), ...flood]);
    await runNewest(engine, work, { title: "a.txt" });
    expect((await discoveries(work)).map(({ state, reports }) => [state, reports])).toEqual([
      ["accepted", 2],
      ["inbox", 1],
      ["inbox", 1],
    ]);
    expect(await newestAttempt(engine, work, "a.txt")).toMatchObject({ state: "landed", droppedDiscoveries: 98 });
    const dropped = (await allEvents(engine)).filter(({ type }) => type === "discovery.dropped");
    expect(dropped.map(({ payload }) => payload)).toEqual([{ task: "TSK-100", number: 1, limit: 3 }]);
  });
});
