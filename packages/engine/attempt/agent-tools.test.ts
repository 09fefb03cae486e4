import { label } from "@omoios/domain/shared/label";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { allEvents, newestAttempt, runNewest } from "../testing/drive.ts";
import { publishWork, writes } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await openTestEngine();
});
beforeEach(() => engine.reset());
afterAll(() => engine[Symbol.asyncDispose]());

describe("an agent's tools", () => {
  test("its progress is kept as what it claims, without what could mislead a reader, and not too often", async () => {
    const steps = [
      { progress: { message: "half\u001B[31m way\nthere", percent: 50 } },
      { progress: { message: "again" } },
      ...writes("a.txt"),
    ];
    const work = await publishWork(engine, [{ title: "a.txt", attempts: [steps] }]);
    await runNewest(engine, work, { title: "a.txt" });
    const attempt = await newestAttempt(engine, work, "a.txt");
    expect(attempt).toMatchObject({ state: "landed", progress: { message: "half[31m way there", percent: 50 } });
    const claims = (await allEvents(engine)).filter((event) => event.type === "progress.claimed");
    expect(claims.map((event) => event.payload)).toEqual([
      { task: label("TSK", 100), number: 1, message: "half[31m way there", percent: 50 },
    ]);
    expect(engine.troubles).toEqual([]);
  });

  test("it reads the feature around its task, without the commands of its checks", async () => {
    const steps = [{ readSpec: true as const }, ...writes("a.txt")];
    const work = await publishWork(engine, [{ title: "a.txt", attempts: [steps] }, { title: "b.txt" }]);
    await runNewest(engine, work, { title: "a.txt" });
    const attempt = await newestAttempt(engine, work, "a.txt");
    const log = await engine.logs.read(attempt.id, 0, 1_000_000);
    const text = JSON.stringify(log.records.filter(({ source }) => source === "agent"));
    for (const part of [work.spec.title, "The shop SHALL have it", "b.txt can be seen", "Make a.txt"])
      expect(text).toContain(part);
    expect(text).not.toContain("test -f");
  });

  test("what it hands in by the tool is its summary, with the files it names", async () => {
    const submit = { summary: "wrote it", files: ["a.txt"] };
    const steps = [{ write: { path: "a.txt", content: "a\n" } }, { submit }];
    const work = await publishWork(engine, [{ title: "a.txt", attempts: [steps] }]);
    await runNewest(engine, work, { title: "a.txt" });
    expect(await newestAttempt(engine, work, "a.txt")).toMatchObject({
      state: "landed",
      agentSummary: "wrote it\n- a.txt",
    });
  });
});
