import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { AmendmentAnswer } from "@omoios/contract/amendment";
import { acceptCriterion } from "../use-cases/accept-criterion.ts";
import { advanceSpec } from "../use-cases/advance-spec.ts";
import { cancelTask, resumeSpec } from "../use-cases/decide-tasks.ts";
import { replanTask } from "../use-cases/replan-task.ts";
import { requestSpec } from "../use-cases/request-spec.ts";
import { allEvents, newestAttempt, runJob, runNewest } from "../testing/drive.ts";
import { failNow, finishNow } from "../testing/end-attempt.ts";
import { publishWork, storeProject, writes, type PlannedWork } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { editPlan } from "./change-plan.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const never = new AbortController().signal;
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 4, slotsPerProject: 4, maxAttempts: 2 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

function newTask(title: string, change: Partial<AmendmentAnswer["tasks"][number]> = {}) {
  return {
    ...({ id: title, title, description: `Make ${title}`, mode: "implementation", priority: "medium" } as const),
    ...{ needs: [], criteria: ["REQ-1.1"], declaredFiles: [title] },
    ...{ requiresGit: false, requiresTests: false, complexity: 0.2 },
    ...change,
  };
}

const again: AmendmentAnswer = { tasks: [newTask("again")], checks: [] };

async function failTwice(work: PlannedWork, title: string): Promise<void> {
  for (const _time of [1, 2]) await failNow(engine, await newestAttempt(engine, work, title));
}

async function tasks(work: PlannedWork): Promise<readonly string[]> {
  return (await engine.tasks.ofSpec(work.spec.id)).map(({ title, status }) => `${title} ${status}`).toSorted();
}

async function finish(work: PlannedWork, title: string): Promise<void> {
  const task = (await engine.tasks.ofSpec(work.spec.id)).find((one) => one.title === title);
  const attempt = (await engine.attempts.ofTask(task?.id ?? "")).at(-1);
  if (attempt === undefined) throw new Error(`${title} has had no attempt`);
  await finishNow(engine, attempt);
}

const byPolicy = { settings: { agent: "scripted", model: "scripted", approval: "policy" } } as const;
const chain = [{ title: "a" }, { title: "b", needs: ["a"] }, { title: "c", needs: ["b"] }];

describe("a task that failed and that others wait for", () => {
  test("is planned anew by itself under policy, once; what waited for it waits for the new tasks", async () => {
    const work = await publishWork(engine, chain, { spec: byPolicy, model: { replan: [again] } });
    await failTwice(work, "a");
    expect(await work.task("a")).toMatchObject({ status: "blocked", blockedReason: "replan" });
    expect(await tasks(work)).toEqual(["a blocked", "b pending", "c pending"]);

    await advanceSpec(engine, work.spec.id, never);
    expect(await tasks(work)).toEqual(["a cancelled", "again running", "b pending", "c pending"]);
    expect((await allEvents(engine)).find((event) => event.type === "plan.amended")).toMatchObject({
      payload: { cause: "failed", subject: "TSK-100", by: "policy", tasks: [{ title: "again" }] },
    });
    await finish(work, "again");
    expect(await tasks(work)).toEqual(["a cancelled", "again complete", "b running", "c pending"]);
  });

  test("is shown to the planner with what builds on it", async () => {
    const work = await publishWork(engine, chain, { spec: byPolicy, model: { replan: [again] } });
    await failTwice(work, "a");
    const { models } = engine;
    const prompts: string[] = [];
    const generate: typeof models.generate = (request) => {
      prompts.push(request.prompt);
      return models.generate(request);
    };
    await advanceSpec({ ...engine, models: { check: models.check.bind(models), generate } }, work.spec.id, never);
    expect(prompts[0]).toMatch(/"waiting": \[\s+\{\s+"title": "b",[^[\]]+\]/u);
  });

  test("is not planned anew when it is a replacement itself", async () => {
    const work = await publishWork(engine, chain, { spec: byPolicy, model: { replan: [again] } });
    await failTwice(work, "a");
    await advanceSpec(engine, work.spec.id, never);
    const replacement = (await engine.tasks.ofSpec(work.spec.id)).find((task) => task.title === "again");
    for (const _time of [1, 2]) {
      const attempt = (await engine.attempts.ofTask(replacement?.id ?? "")).at(-1);
      if (attempt !== undefined) await failNow(engine, attempt);
    }
    expect(await tasks(work)).toEqual(["a cancelled", "again blocked", "b blocked", "c blocked"]);
    expect((await engine.specs.get(work.spec.id)).attention).toContain("TSK-001 is blocked (attempts)");
  });

  test("waits for a person who approves plans; their asking frees what it blocked, and is possible once", async () => {
    const work = await publishWork(engine, chain, { model: { replan: [again] } });
    await failTwice(work, "a");
    expect(await tasks(work)).toEqual(["a blocked", "b blocked", "c blocked"]);
    const { id } = await work.task("a");
    await replanTask(engine, { taskId: id });
    expect((await engine.specs.get(work.spec.id)).attention).toBeNull();

    await advanceSpec(engine, work.spec.id, never);
    expect(await tasks(work)).toEqual(["a cancelled", "again running", "b pending", "c pending"]);
    for (const title of ["again", "b", "c"]) await finish(work, title);
    await expect(replanTask(engine, { taskId: id })).rejects.toThrow("planned anew once already");
    await expect(replanTask(engine, { taskId: (await work.task("b")).id })).rejects.toThrow("complete");
  });

  test("is planned again after answers the gate refused, when a person resumes the spec", async () => {
    const bad = { ...again, tasks: [newTask("again", { declaredFiles: [] })] };
    const work = await publishWork(engine, chain, { spec: byPolicy, model: { replan: [bad, bad, bad] } });
    await failTwice(work, "a");
    await advanceSpec(engine, work.spec.id, never);
    expect((await engine.specs.get(work.spec.id)).attention).toContain("refused by the gate 3 times");
    expect(await tasks(work)).toEqual(["a blocked", "b pending", "c pending"]);

    const { models } = engine;
    const generate = vi.spyOn(models, "generate");
    generate.mockImplementationOnce((request) => Promise.resolve({ value: request.schema.parse(again) }) as never);
    await resumeSpec(engine, { specId: work.spec.id });
    await advanceSpec(engine, work.spec.id, never);
    generate.mockRestore();
    expect(await tasks(work)).toEqual(["a cancelled", "again running", "b pending", "c pending"]);
  });
});

describe("a task a person cancels", () => {
  test("leaves a choice: its criterion is unmet until they go without it, and the pull request says so", async () => {
    const work = await publishWork(engine, [{ title: "a" }, { title: "b" }]);
    await cancelTask(engine, { taskId: (await work.task("b")).id });
    await runNewest(engine, work, { title: "a" });
    await advanceSpec(engine, work.spec.id, never);
    const waiting = await engine.specs.get(work.spec.id);
    expect(waiting.status).toBe("verifying");
    expect(waiting.attention).toContain("omoios task replan TSK-101");
    expect(waiting.attention).toContain("omoios spec accept SPC-1 REQ-1.2");

    const yes = { specId: work.spec.id, criterion: "REQ-1.2", reason: "not needed after all" };
    await acceptCriterion(engine, yes);
    await advanceSpec(engine, work.spec.id, never);
    expect((await engine.specs.get(work.spec.id)).status).toBe("in_review");
    const pullRequest = await engine.forge.find(work.spec.id);
    expect(JSON.stringify(pullRequest)).toContain("left out, not needed after all");
    await expect(acceptCriterion(engine, yes)).rejects.toThrow("is in review");
  });

  test("can be planned anew from there", async () => {
    const other = { tasks: [newTask("again", { criteria: ["REQ-1.2"] })], checks: [] };
    const work = await publishWork(engine, [{ title: "a" }, { title: "b" }], { model: { replan: [other] } });
    await cancelTask(engine, { taskId: (await work.task("b")).id });
    await finish(work, "a");
    await advanceSpec(engine, work.spec.id, never);
    await replanTask(engine, { taskId: (await work.task("b")).id });
    await advanceSpec(engine, work.spec.id, never);
    expect((await engine.specs.get(work.spec.id)).status).toBe("executing");
    expect(await tasks(work)).toEqual(["a complete", "again running", "b cancelled"]);
  });

  test("whose criterion can still be proven by another task cannot be gone without", async () => {
    const work = await publishWork(engine, [{ title: "a" }]);
    const yes = { specId: work.spec.id, criterion: "REQ-1.1", reason: "trust me" };
    await expect(acceptCriterion(engine, yes)).rejects.toThrow("can still be proven");
    await expect(acceptCriterion(engine, { ...yes, criterion: "REQ-9.9" })).rejects.toThrow("REQ-9.9 does not exist");
  });
});

const hello = 'greet("Ada") returns "Hello, Ada!"';
const ahoy = 'greet("Ada") returns "Ahoy, Ada!"';
const checkFor = (word: string) => ({
  ...{ command: `node -e 'process.exit(require("./greet.js")("Ada") === "${word}, Ada!" ? 0 : 1)'`, directory: "." },
  ...{ timeoutSeconds: 60, files: [] },
});
const greets = (word: string) => writes("greet.js", `module.exports = (name) => "${word}, " + name + "!";\n`);
const greetingAhoy = { criterion: "REQ-1.1", ...checkFor("Ahoy") };

/** A plan of one task under way; `replan` is what the planner gives for a change. */
async function greeting(replan: AmendmentAnswer): Promise<string> {
  const project = await storeProject(engine);
  const { spec } = await requestSpec(engine, {
    ...{ request: "Greet people by name", repository: project.source, base: null, size: "direct" },
    ...{ agent: "scripted", model: null, approval: "policy", budget: null },
    scenario: {
      version: 1,
      model: {
        "plan-direct": [
          {
            title: "Greet people",
            requirement: { text: "WHEN greet is called, the module SHALL return a greeting", criterion: hello },
            check: checkFor("Hello"),
            task: {
              title: "Write greet",
              description: "Write greet.js with greet(name)",
              priority: "high",
              declaredFiles: ["greet.js"],
            },
            assumptions: [],
          },
        ],
        replan: [replan],
        validate: [
          {
            verdicts: [
              { criterion: "REQ-1.1", met: true, confidence: 0.9, evidence: ["E1"], reasoning: "The check shows it" },
            ],
          },
        ],
      },
      agent: [
        { task: "Write greet", attempts: [[...greets("Hello")], [...greets("Ahoy")]] },
        { task: "Greet as sailors do", attempts: [[...greets("Ahoy")]] },
      ],
    },
  });
  await advanceSpec(engine, spec.id, never);
  expect((await engine.specs.get(spec.id)).attention).toBeNull();
  return spec.id;
}

async function runAll(specId: string): Promise<void> {
  for (const task of await engine.tasks.ofSpec(specId)) {
    const attempt = (await engine.attempts.ofTask(task.id)).at(-1);
    if (attempt?.state === "queued") await runJob(engine, attempt);
  }
  await advanceSpec(engine, specId, never);
}

describe("a criterion that is reworded", () => {
  test("before its task landed ends the attempt; the task goes on with new words and checks", async () => {
    const specId = await greeting({ tasks: [], checks: [greetingAhoy] });
    await editPlan(engine, { specId, subject: "REQ-1.1", text: ahoy });
    expect(await engine.tasks.ofSpec(specId)).toMatchObject([{ status: "blocked", blockedReason: "replan" }]);
    await advanceSpec(engine, specId, never);
    const [task] = await engine.tasks.ofSpec(specId);
    expect((await engine.attempts.ofTask(task?.id ?? "")).map((one) => one.state)).toEqual(["cancelled", "queued"]);
    await runAll(specId);
    expect(await engine.specs.get(specId)).toMatchObject({ status: "in_review", attention: null });
    const [check] = await engine.plans.checks(specId);
    expect(check?.command).toContain("Ahoy");
    expect(await engine.plans.everyCheck(specId)).toHaveLength(2);
    expect(await engine.plans.approvals(specId)).toMatchObject([{ decidedBy: "policy" }, { decidedBy: "person" }, {}]);
  });

  test("after its task landed becomes a task that brings it in line", async () => {
    const inLine = newTask("Greet as sailors do", { id: "sailors", declaredFiles: ["greet.js"] });
    const specId = await greeting({ tasks: [inLine], checks: [greetingAhoy] });
    const [task] = await engine.tasks.ofSpec(specId);
    const attempt = (await engine.attempts.ofTask(task?.id ?? "")).at(-1);
    if (attempt !== undefined) await runJob(engine, attempt);
    expect(await engine.tasks.ofSpec(specId)).toMatchObject([{ status: "complete" }]);
    await editPlan(engine, { specId, subject: "REQ-1.1", text: ahoy });
    await advanceSpec(engine, specId, never);
    await runAll(specId);
    expect((await engine.tasks.ofSpec(specId)).map(({ title, status }) => `${title} ${status}`)).toEqual([
      "Write greet complete",
      "Greet as sailors do complete",
    ]);
    expect(await engine.specs.get(specId)).toMatchObject({ status: "in_review", attention: null });
  });
});
