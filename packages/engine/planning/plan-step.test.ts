import { randomUUID } from "node:crypto";
import type { Scenario } from "@omoios/contract/scenario";
import { FaultError } from "@omoios/domain/shared/fault";
import { samplePlan } from "@omoios/domain/spec/sample-plan.testsuite";
import type { Spec } from "@omoios/domain/spec/spec";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { allEvents } from "../testing/drive.ts";
import { storeProject } from "../testing/planned-work.ts";
import { sampleSpec } from "../testing/sample-rows.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "../use-cases/advance-spec.ts";
import { approvePlan } from "../use-cases/approve-plan.ts";
import { editPlan, regeneratePlan, rejectPlan } from "./change-plan.ts";
import { planDigest } from "./read-plan.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const { tickets, tasks, checks, ...requirements } = samplePlan();
const plan = { ...requirements, tickets, tasks, checks };

async function storeSpec(
  model: Scenario["model"],
  files: Readonly<Record<string, string>> = { "README.md": "# Shop\n" },
): Promise<Spec> {
  const project = await storeProject(engine, files);
  const hub = await engine.repositories.openHub(engine.hubPath(project.id));
  const baseCommit = await hub.fetchSource(project.source, "main");
  const spec = sampleSpec(project, {
    id: randomUUID(),
    size: "light",
    status: "draft",
    phase: "EXPLORE",
    baseCommit,
    settings: { agent: "scripted", model: "scripted", approval: "person" },
  });
  await engine.database.transaction((tx) => engine.specs.create(tx, spec, { version: 1, model, agent: [] }));
  return spec;
}

async function advance(spec: Spec): Promise<Spec> {
  await advanceSpec(engine, spec.id, new AbortController().signal);
  return engine.specs.get(spec.id);
}

async function standing(spec: Spec): Promise<readonly string[]> {
  const outputs = await engine.plans.phaseOutputs(spec.id);
  return outputs.map(({ phase, version, status, madeBy }) => `${phase}@${version} ${status} by ${madeBy}`).toSorted();
}

describe("planning", () => {
  test("publishes a plan as rows: numbers, both kinds of edges, counts of what is unmet and what waits", async () => {
    const overlapping = tasks.map((task) => ({ ...task, declaredFiles: ["src/notes.ts"] }));
    const third = { ...overlapping[0], id: "help", title: "Write the help", needs: [], criteria: ["REQ-1.2"] };
    const [first, ...others] = requirements.requirements;
    const more = { id: "REQ-1.2", text: 'After GET /help the answer contains the word "notes"', proof: "judged" };
    const wider = [{ ...first, criteria: [...(first?.criteria ?? []), more] }, ...others];
    const spec = await storeSpec({
      "plan-light": [{ ...plan, requirements: wider, tasks: [...overlapping, third] }],
    });
    expect(await advance(spec)).toMatchObject({ status: "awaiting_approval", phase: "COMPLETE" });
    const digest = planDigest(engine.digest, spec, await engine.plans.phaseOutputs(spec.id));
    await approvePlan(engine, { specId: spec.id, digest, by: "person" });
    const rows = await engine.tasks.ofSpec(spec.id);
    const titles = new Map(rows.map((task) => [task.id, task.title]));
    expect(rows.map(({ title, number, unmet, downstream }) => ({ title, number, unmet, downstream }))).toEqual([
      { title: "Write the store", number: 1, unmet: 0, downstream: 12 },
      { title: "Write the list", number: 2, unmet: 2, downstream: 4 },
      { title: "Write the help", number: 3, unmet: 1, downstream: 8 },
    ]);
    const edges = await engine.tasks.edges(spec.id);
    expect(
      edges.map((edge) => `${titles.get(edge.taskId)} after ${titles.get(edge.needsId)}: ${edge.kind}`).toSorted(),
    ).toEqual([
      "Write the help after Write the store: overlap",
      "Write the list after Write the help: overlap",
      "Write the list after Write the store: hard",
    ]);
    expect(await engine.plans.checks(spec.id)).toHaveLength(2);
  });

  test("an approval of anything but the plan that stands is refused", async () => {
    const spec = await storeSpec({ "plan-light": [plan] });
    await advance(spec);
    await expect(approvePlan(engine, { specId: spec.id, digest: "another", by: "person" })).rejects.toThrow(FaultError);
    expect((await engine.specs.get(spec.id)).status).toBe("awaiting_approval");
  });

  test("a refused plan is kept with its findings, and the next try is told of them", async () => {
    const circular = {
      ...plan,
      tasks: tasks.map((task) => ({ ...task, needs: tasks.filter((one) => one.id !== task.id).map((one) => one.id) })),
    };
    const spec = await storeSpec({ "plan-light": [circular, plan] });
    expect((await advance(spec)).status).toBe("awaiting_approval");
    expect(await standing(spec)).toEqual(
      expect.arrayContaining(["TASKS@1 refused by plan-light", "TASKS@2 finished by plan-light"]),
    );
    const refused = (await engine.plans.phaseOutputs(spec.id)).find(
      (output) => output.status === "refused" && output.phase === "TASKS",
    );
    expect(refused?.findings).toMatchObject([{ rule: "cycle", at: "store → list → store" }]);
  });

  test("a project's own prompt takes the place of ours, and its digest is kept with what it made", async () => {
    const text = "Plan as this project plans";
    const spec = await storeSpec({ "plan-light": [plan] }, { ".omoios/prompts/plan-light.md": text });
    await advance(spec);
    const made = (await engine.plans.phaseOutputs(spec.id)).find((output) => output.phase === "TASKS");
    expect(made?.promptDigest).toBe(engine.digest(text));
  });

  test("three refusals wait for a person; taken up again there are three more", async () => {
    const spec = await storeSpec({ "plan-light": [{ ...plan, checks: [] }] });
    expect((await advance(spec)).attention).toContain("check-missing");
    expect(await standing(spec)).toHaveLength(8);
    const stuck = await engine.specs.get(spec.id);
    await engine.database.transaction((tx) => engine.specs.patch(tx, stuck, { attention: null }));
    expect((await advance(spec)).attention).toContain("check-missing");
    const refusals = (await allEvents(engine)).filter((event) => event.type === "gate.refused");
    expect(refusals.map((event) => event.type === "gate.refused" && event.payload.try)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("sent back, a phase and what follows it are made anew, the reason in the request", async () => {
    const other = { ...plan, title: "Keep notes" };
    const spec = await storeSpec({ "plan-light": [plan, other] });
    await advance(spec);
    await rejectPlan(engine, { specId: spec.id, reason: "shorter title", phase: null });
    expect(await advance(spec)).toMatchObject({ status: "awaiting_approval", title: "Keep notes" });
    expect((await standing(spec)).filter((line) => line.includes("@2"))).toEqual([
      "COMPLETE@2 finished by code",
      "REQUIREMENTS@2 finished by plan-light",
      "SYNC@2 finished by code",
      "TASKS@2 finished by plan-light",
    ]);
    await expect(rejectPlan(engine, { specId: spec.id, reason: "no", phase: "PRD" })).rejects.toThrow(/no PRD/u);
  });

  test("an edit leaves the plan out of date: it cannot be approved until it is made anew from the new words", async () => {
    const spec = await storeSpec({ "plan-light": [plan], tasks: [{ tickets, tasks, checks }] });
    await advance(spec);
    const before = planDigest(engine.digest, spec, await engine.plans.phaseOutputs(spec.id));
    await expect(regeneratePlan(engine, { specId: spec.id })).rejects.toThrow(/nothing to make anew/u);
    await editPlan(engine, {
      specId: spec.id,
      subject: "REQ-2.1",
      text: "With three notes kept, GET /notes answers three lines",
    });
    await expect(approvePlan(engine, { specId: spec.id, digest: before, by: "person" })).rejects.toThrow(
      /out of date/u,
    );
    await regeneratePlan(engine, { specId: spec.id });
    expect((await advance(spec)).status).toBe("awaiting_approval");
    expect(await standing(spec)).toEqual(
      expect.arrayContaining(["REQUIREMENTS@2 finished by person", "TASKS@2 finished by tasks"]),
    );
    await expect(
      editPlan(engine, { specId: spec.id, subject: "REQ-9", text: "WHEN asked, it SHALL answer" }),
    ).rejects.toThrow(/REQ-9/u);
    await expect(editPlan(engine, { specId: spec.id, subject: "REQ-1", text: "when maybe" })).rejects.toThrow(/gate/u);
  });
});
