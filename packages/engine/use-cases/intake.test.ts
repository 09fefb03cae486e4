import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createClaudeAgent } from "@omoios/adapters/agent-claude/create-claude-agent";
import { ScratchRepository } from "@omoios/adapters/git/scratch-repository";
import type { Scenario } from "@omoios/contract/scenario";
import { FaultError } from "@omoios/domain/shared/fault";
import { planDigest } from "../planning/read-plan.ts";
import { allEvents } from "../testing/drive.ts";
import { queued } from "../testing/end-attempt.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";
import { approvePlan } from "./approve-plan.ts";
import { cancelSpec, resumeSpec } from "./decide-tasks.ts";
import { runOutlook } from "../queries/run-outlook.ts";
import { requestSpec, type SpecRequest } from "./request-spec.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const never = new AbortController().signal;
let engine: TestEngine;
let repository: string;
let made = 0;

beforeAll(async () => {
  engine = await openTestEngine();
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(async () => {
  await engine.reset();
  const source = new ScratchRepository(join(engine.folder, `shop-${(made += 1)}`));
  source.git("init", "--quiet", "--initial-branch=main", ".");
  source.commit({ "README.md": "# Shop\n" }, "Start");
  repository = source.path;
});

const plan = {
  title: "Greet people",
  requirement: {
    text: "WHEN greet is called with a name, the module SHALL return a greeting that contains the name",
    criterion: 'greet("Ada") returns "Hello, Ada!"',
  },
  check: { command: "node --test greet.test.js", directory: ".", timeoutSeconds: 60, files: [] },
  task: {
    title: "Write greet",
    description: "Write greet.js with greet(name)",
    priority: "high",
    declaredFiles: ["greet.js"],
  },
  assumptions: ["The greeting is English"],
};
const badPlan = { ...plan, check: { ...plan.check, command: "true" } };

function request(change: Partial<SpecRequest> = {}, plans: readonly unknown[] = [plan]): SpecRequest {
  const scenario: Scenario = {
    version: 1,
    model: { "plan-direct": [...plans], validate: [{ verdicts: [] }] },
    agent: [],
  };
  return {
    ...{ request: "Greet people by name", repository, base: null, size: "direct", agent: "scripted", model: null },
    ...{ scenario, approval: "person", budget: null },
    ...change,
  };
}

async function planned(change: Partial<SpecRequest> = {}, plans?: readonly unknown[]): Promise<string> {
  const { spec } = await requestSpec(engine, request(change, plans));
  await advanceSpec(engine, spec.id, never);
  return spec.id;
}

async function digestOf(specId: string): Promise<string> {
  const spec = await engine.specs.get(specId);
  return planDigest(engine.digest, spec, await engine.plans.phaseOutputs(specId));
}

describe("a request", () => {
  test("that cannot start says everything that is wrong with it at once", async () => {
    const bad = request({ request: " ", agent: "nobody", model: "acme:large", scenario: null });
    const error = await requestSpec(engine, bad).catch((reason: unknown) => reason);
    if (!(error instanceof FaultError) || error.fault.kind !== "invalid") throw error;
    expect(error.fault.problems.map((problem) => problem.at)).toEqual(["request", "--agent", "models.default"]);
    expect(await engine.projects.list()).toEqual([]);
  });

  test("whose scenario lacks a role of its size is refused before anything is stored", async () => {
    const scenario: Scenario = { version: 1, model: { "plan-direct": [plan] }, agent: [] };
    const error = await requestSpec(engine, request({ size: "full", scenario })).catch((reason: unknown) => reason);
    if (!(error instanceof FaultError) || error.fault.kind !== "invalid") throw error;
    const roles = error.fault.problems.map(({ message }) => /role ([\w-]+)/u.exec(message)?.[1]);
    const authors = ["prd", "requirements", "design", "tasks"];
    expect(roles).toEqual([...authors, ...authors.map((name) => `evaluate-${name}`), "validate"]);
    expect(await engine.specs.list({ statuses: ["draft"], limit: 10 })).toEqual([]);
  });

  test("made twice at once for a new repository adds one project and numbers both specs", async () => {
    const both = await Promise.all([requestSpec(engine, request()), requestSpec(engine, request())]);
    expect(new Set(both.map(({ spec }) => spec.number))).toEqual(new Set([1, 2]));
    expect(await engine.projects.list()).toHaveLength(1);
    const added = (await allEvents(engine)).filter((event) => event.type === "project.added");
    expect(added).toHaveLength(1);
  });
});

describe("the outlook of a run", () => {
  const asked = { base: null, agent: "scripted", model: null, budget: null };

  test("says what it would work with and what that costs, and stores nothing", async () => {
    const outlook = await runOutlook(engine, { ...asked, repository, budget: { usdMicros: 5_000_000, tokens: null } });
    expect(outlook).toMatchObject({
      repository: { path: repository, branch: "main", uncommitted: 0 },
      agent: { id: "scripted", installed: true, version: null, models: [] },
      model: { id: "scripted", key: null, usable: true },
      budget: { usd: 5, tokens: null },
      cost: { kind: "nothing", usd: null, unpriced: [] },
      problems: [],
    });
    expect(await engine.projects.list()).toEqual([]);
  });

  test("lists everything that is in its way, each with what to do", async () => {
    const outlook = await runOutlook(engine, {
      ...asked,
      repository: join(engine.folder, "nowhere"),
      agent: "nobody",
      model: "acme:large",
    });
    expect(outlook).toMatchObject({ repository: null, agent: null, model: { id: "acme:large", usable: false } });
    expect(outlook.problems.map(({ at }) => at)).toEqual(["--repo", "--agent", "models.default"]);
    expect(outlook.problems.every(({ fix }) => fix !== undefined)).toBe(true);
  });

  test("of an agent that is not installed names it beside a key that is missing for it and the planner, once", async () => {
    const claude = createClaudeAgent({ installed: null, jailPath: "/claude", maxTurns: 1, startsAtOnce: 1 });
    const noKey = (model: string): never => {
      const problem = { at: "ANTHROPIC_API_KEY", message: "is not set", fix: "Set ANTHROPIC_API_KEY" };
      throw new FaultError({ kind: "invalid", message: `The model ${model} needs a key`, problems: [problem] });
    };
    const parts = {
      ...engine,
      agents: new Map([["claude", claude]]),
      agentModel: "anthropic:claude-sonnet-4-5",
      gateway: { ...engine.gateway, check: noKey },
      models: { ...engine.models, check: noKey },
    };
    const outlook = await runOutlook(parts, { ...asked, repository, agent: "claude", model: parts.agentModel });
    expect(outlook.agent).toMatchObject({ installed: false, version: null, models: [{ usable: false }] });
    expect(outlook.problems.map(({ at }) => at)).toEqual(["ANTHROPIC_API_KEY", "--agent"]);
    expect(outlook.cost).toEqual({ kind: "open", usd: null, unpriced: [] });
  });
});

describe("a plan", () => {
  test("waits for a person; only the digest they saw is approved, and only once", async () => {
    const specId = await planned();
    expect(await engine.specs.get(specId)).toMatchObject({
      status: "awaiting_approval",
      title: "Greet people",
      attention: null,
    });
    await expect(approvePlan(engine, { specId, digest: "0".repeat(64), by: "person" })).rejects.toThrow(
      "not the plan that stands now",
    );
    expect(await engine.tasks.ofSpec(specId)).toEqual([]);

    const digest = await digestOf(specId);
    await approvePlan(engine, { specId, digest, by: "person" });
    expect((await engine.tasks.ofSpec(specId)).map((task) => task.status)).toEqual(["running"]);
    expect(await queued(engine)).toHaveLength(1);
    await expect(approvePlan(engine, { specId, digest, by: "person" })).rejects.toThrow("SPC-1 is executing");
    expect(await engine.tasks.ofSpec(specId)).toHaveLength(1);
    expect(await engine.plans.approvals(specId)).toMatchObject([{ digest, decidedBy: "person" }]);
  });

  test("made by two jobs at once is stored, approved and published once", async () => {
    const { spec } = await requestSpec(engine, request({ approval: "policy" }));
    await Promise.allSettled([advanceSpec(engine, spec.id, never), advanceSpec(engine, spec.id, never)]);
    await advanceSpec(engine, spec.id, never);
    expect((await engine.specs.get(spec.id)).status).toBe("executing");
    expect(await engine.tasks.ofSpec(spec.id)).toHaveLength(1);
    expect(await engine.plans.phaseOutputs(spec.id)).toHaveLength(7);
    expect(await engine.plans.approvals(spec.id)).toHaveLength(1);
    expect(await queued(engine)).toHaveLength(1);
  });

  test("the gate refused goes back to the planner; refused to the end it asks a person, who may resume", async () => {
    const specId = await planned({}, [badPlan, badPlan, badPlan]);
    const spec = await engine.specs.get(specId);
    expect(spec.status).toBe("planning");
    expect(spec.attention).toContain("check.command");
    await advanceSpec(engine, specId, never);
    const events = (await allEvents(engine)).map((event) => event.type);
    expect(events.filter((type) => type === "gate.refused")).toHaveLength(3);
    expect(events.filter((type) => type === "spec.attention_raised")).toHaveLength(1);
    expect(await engine.modelCalls.ofSpec(specId)).toHaveLength(3);
    expect((await resumeSpec(engine, { specId })).attention).toBeNull();
  });

  test("that comes after its spec was cancelled changes nothing", async () => {
    const { spec } = await requestSpec(engine, request());
    const { models } = engine;
    const cancelling: TestEngine = {
      ...engine,
      models: {
        check: (model) => models.check(model),
        async generate(call) {
          await cancelSpec(engine, { specId: spec.id });
          return models.generate(call);
        },
      },
    };
    await expect(advanceSpec(cancelling, spec.id, never)).rejects.toThrow("changed by somebody else");
    await advanceSpec(engine, spec.id, never);
    expect(await engine.specs.get(spec.id)).toMatchObject({ status: "cancelled", attention: null });
    const outputs = await engine.plans.phaseOutputs(spec.id);
    expect(outputs.filter((output) => output.status === "finished")).toEqual([]);
  });
});
