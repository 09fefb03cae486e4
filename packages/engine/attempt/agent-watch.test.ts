import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ScenarioStep } from "@omoios/contract/scenario";
import { happened, newestAttempt, runNewest } from "../testing/drive.ts";
import { publishWork, writes } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ watch: { idleMs: 60_000, stuckMs: 60_000, nudges: 1 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

/** Runs an agent that does this and lets an idle time pass once it has fallen silent. */
async function watched(steps: readonly ScenarioStep[]) {
  const work = await publishWork(engine, [{ title: "a.txt", attempts: [[...writes("a.txt").slice(0, 1), ...steps]] }]);
  const attempt = await newestAttempt(engine, work, "a.txt");
  const running = runNewest(engine, work, { title: "a.txt" });
  await happened(engine, (event) => event.type === "agent.observed" && event.payload.to === "active");
  engine.clock.advance(61_000);
  await happened(engine, (event) => event.type === "intervention.made" && event.payload.kind === "nudge");
  return { attempt, running };
}

test("a silent agent is nudged, and one that answers goes on to land", async () => {
  const { attempt, running } = await watched([{ say: "working" }, { hang: true }, { submit: "done" }]);
  await running;
  expect((await engine.attempts.get(attempt.id)).state).toBe("landed");
  expect(await engine.interventions.ofAttempt(attempt.id)).toMatchObject([{ kind: "nudge" }]);
  expect(engine.clock.waiting).toBe(0);
});

test("an agent that leaves its nudge unanswered is ended as stuck, and nothing is watched any more", async () => {
  const { attempt, running } = await watched([{ say: "working" }, { hang: true }, { hang: true }]);
  await vi.waitFor(async () => {
    engine.clock.advance(61_000);
    expect((await engine.interventions.ofAttempt(attempt.id)).map((one) => one.kind)).toContain("restart");
  });
  await running;
  expect(await engine.attempts.get(attempt.id)).toMatchObject({ state: "failed", feedback: { kind: "stuck" } });
  expect(engine.clock.waiting).toBe(0);
  expect(await engine.provider.list()).toEqual([]);
});
