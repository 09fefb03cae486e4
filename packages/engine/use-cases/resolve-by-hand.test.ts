import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { ScratchRepository } from "@omoios/adapters/git/scratch-repository";
import { newestAttempt, runNewest } from "../testing/drive.ts";
import { conflictingWork, shared, says } from "../testing/conflicting-work.ts";
import type { PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";
import { finishConflict, showConflict, takeConflict } from "./resolve-by-hand.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 4, slotsPerProject: 4 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

/** The conflict after agents gave up on it, fetched into the user's repository. */
async function handedOver(): Promise<{ work: PlannedWork; taskId: string; source: ScratchRepository }> {
  const work = await conflictingWork(engine, [[]]);
  for (let turn = 0; turn < 2; turn += 1) await runNewest(engine, work, { title: "second" });
  const { id: taskId } = await work.task("second");
  const taken = await takeConflict(engine, { taskId });
  const source = new ScratchRepository(work.project.source);
  source.git("fetch", "--quiet", taken.hub, `${taken.branch}:${taken.branch}`);
  source.git("switch", "--quiet", taken.branch);
  expect(source.git("show", `HEAD:${shared}`)).toMatch(/^<{7} /mu);
  return { work, taskId, source };
}

const finish = (taskId: string, acceptLost = false) => finishConflict(engine, { taskId, branch: null, acceptLost });

test("what a person resolved is audited at once, then proven and landed like everything else", async () => {
  const { work, taskId, source } = await handedOver();
  const { sides } = await showConflict(engine, { taskId });
  expect(sides).toMatchObject({ work: { title: "second" }, landed: [{ title: "first" }] });
  await expect(finish(taskId)).rejects.toThrow("a conflict marker was left");
  source.commit({ [shared]: "one\nsecond\n" }, "Mine");
  await expect(finish(taskId)).rejects.toThrow("a line that one side added is gone: first");
  source.git("switch", "--quiet", "main");
  await expect(finishConflict(engine, { taskId, branch: "main", acceptLost: true })).rejects.toThrow("both sides");

  source.git("switch", "--quiet", "-");
  const tip = source.commit({ [shared]: "one\nfirst\nsecond\n" }, "Both");
  await finish(taskId);
  await expect(finish(taskId)).rejects.toThrow("agents are at it");
  await runNewest(engine, work, { title: "second" });
  expect(await work.landed(shared)).toBe("one\nfirst\nsecond\n");
  expect(await newestAttempt(engine, work, "second")).toMatchObject({ agent: "person", state: "landed", brief: null });
  expect(await engine.conflicts.ofTask(taskId)).toMatchObject([{ state: "resolved", personTip: tip }]);
  await advanceSpec(engine, work.spec.id, new AbortController().signal);
  expect(await engine.specs.get(work.spec.id)).toMatchObject({ status: "in_review", attention: null });
});

test("a person may accept that lines go, and what does not hold comes back to them", async () => {
  const { work, taskId, source } = await handedOver();
  source.commit({ [shared]: "one\nsecond\n" }, "Only mine");
  await finish(taskId, true);
  // The check of what landed first asks for the line that is gone.
  await runNewest(engine, work, { title: "second" });
  expect(await work.task("second")).toMatchObject({ status: "blocked", blockedReason: "conflict" });
  expect((await work.task("second")).question).toContain("your resolution did not hold because of REQ-1.1");
  expect(await engine.conflicts.ofTask(taskId)).toMatchObject([{ state: "with_person", personTip: null }]);
  expect(await work.landed(shared)).toBe("one\nfirst\n");
});

test("without a conflict there is nothing to take", async () => {
  const work = await conflictingWork(engine, [says("one\nfirst\nsecond\n")]);
  const { id: taskId } = await work.task("first");
  await expect(takeConflict(engine, { taskId })).rejects.toThrow("does not exist");
});
