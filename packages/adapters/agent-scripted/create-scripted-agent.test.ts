import { scenarioSchema, type Scenario, type ScenarioStep } from "@omoios/contract/scenario";
import { FaultError } from "@omoios/domain/shared/fault";
import type { AgentActivity, AgentSession, Assignment } from "@omoios/engine/ports/agent-runtime";
import type { Base, Sandbox, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { describeAgentRuntime, noTools } from "@omoios/engine/testing/agent-runtime.testsuite";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import { never, SandboxFixture, sh, whyNoJail } from "../sandbox-local/testing/sandbox-fixture.ts";
import { createScriptedAgent } from "./create-scripted-agent.ts";

await buildJailPrograms();
const obstacle = await whyNoJail();
const programPath = "/opt/agents/scripted/agent.mjs";

const scenario = scenarioSchema.parse({
  version: 1,
  model: {},
  agent: [
    { task: "*", attempts: [[{ say: "any task" }]] },
    {
      task: "Two tries",
      attempts: [[{ fail: { exitCode: 9 } }], [{ submit: "second" }]],
      resolve: [[{ submit: "joined" }]],
    },
    { task: "Crash", attempts: [[{ replace: { path: "a.txt", find: "zzz", with: "" } }]] },
    { task: "Wake", attempts: [[{ hang: true }, { submit: "woken" }]] },
    { task: "Loud", attempts: [[{ run: "yes | head -c 6000000" }, { submit: "shouted" }]] },
    {
      task: "Long",
      attempts: [
        [
          { append: { path: "a.txt", content: "two\n" } },
          { run: "echo out; echo err >&2" },
          { hang: true },
          { append: { path: "a.txt", content: "three\n" } },
          { submit: "all of it" },
        ],
      ],
    },
    { task: "Busy", attempts: [[{ run: "echo begun; setsid sleep 43210 & sleep 43210" }]] },
  ],
} satisfies {
  version: 1;
  model: object;
  agent: { task: string; attempts: ScenarioStep[][]; resolve?: ScenarioStep[][] }[];
});

const agentFor = (given: Scenario | null) =>
  createScriptedAgent({ scenarioOf: () => Promise.resolve(given), programPath, nodePath: "/opt/node/bin/node" });
const agent = agentFor(scenario);

async function faultOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FaultError)) throw new Error(`expected a FaultError, got ${String(error)}`);
  return error.fault;
}

/** Follows a session to its end. */
async function toTheEnd(session: AgentSession) {
  const activity: AgentActivity[] = [];
  for await (const piece of session.activity) activity.push(piece);
  return { activity, outcome: await session.outcome };
}

/** Follows a session until it has said this. */
async function until(session: AgentSession, wanted: string): Promise<void> {
  for await (const { text } of session.activity) if (text.includes(wanted)) return;
  throw new Error(`the agent ended without saying ${wanted}`);
}

describe.skipIf(obstacle !== null)(
  `the scripted agent in a jail${obstacle === null ? "" : `: skipped, ${obstacle}`}`,
  () => {
    const fixture = new SandboxFixture();
    let provider: SandboxProvider;
    let base: Base;
    let commit: string;
    let sandbox: Sandbox;

    beforeAll(async () => {
      commit = fixture.project.commit({ "a.txt": "one\n" });
      provider = await fixture.provider({
        programs: [{ hostPath: join(import.meta.dirname, "dist"), jailPath: "/opt/agents/scripted" }],
      });
      base = await provider.prepareBase(fixture.baseRequest(commit), never);
      sandbox = await open("shared");
    });
    afterAll(async () => {
      await sandbox[Symbol.asyncDispose]();
      fixture.remove();
    });

    /** The shared suite gives every task one title, so each kind of agent has a scenario of its own. */
    const scripted = (steps: ScenarioStep[]) =>
      agentFor(scenarioSchema.parse({ version: 1, model: {}, agent: [{ task: "*", attempts: [steps] }] }));
    // A cursor of earlier work by the same name would make the next agent go on after it.
    beforeEach(async () => {
      await sh(sandbox, "rm -rf ~/.scripted-agent");
    });
    describeAgentRuntime(() => ({
      sandbox: () => sandbox,
      worker: scripted([
        { run: "echo seen $(head -n 1 a.txt)" },
        { write: { path: "done.txt", content: "done\n" } },
        { submit: "worked" },
      ]),
      idler: scripted([{ run: "echo begun; setsid sleep 43210 & sleep 43210" }]),
      failing: scripted([{ say: "trying" }, { fail: { exitCode: 7 } }]),
    }));

    const open = (id: string) => provider.open(fixture.request(id, { base, commit }), never);

    function assignment(taskTitle: string, change: Partial<Assignment> = {}): Assignment {
      return {
        sandbox,
        specId: "s1",
        taskTitle,
        attemptNumber: 1,
        kind: "implementation",
        turn: 1,
        brief: "Do it.",
        messages: [],
        models: null,
        tools: noTools,
        signal: never,
        ...change,
      };
    }

    test("does the steps of the task's own entry and tells what it prints", async () => {
      const session = await agent.start(assignment("Long"));
      const seen = toTheEnd(session);
      // Messages before the agent hangs wake nobody, so it is told until it has listened.
      const nudging = setInterval(() => session.send("go on"), 20);
      const { activity, outcome } = await seen.finally(() => clearInterval(nudging));
      expect(outcome).toEqual({ kind: "submitted", summary: "all of it" });
      expect(activity).toContainEqual({ stream: "stdout", text: "out\n" });
      expect(activity).toContainEqual({ stream: "stderr", text: "err\n" });
      expect((await sh(sandbox, "cat a.txt")).stdout).toBe("one\ntwo\nthree\n");
    });

    test("a task without an entry of its own does the steps of *", async () => {
      const { activity, outcome } = await toTheEnd(await agent.start(assignment("Something else")));
      expect(activity).toEqual([{ stream: "stdout", text: "any task\n" }]);
      expect(outcome).toEqual({ kind: "ended", summary: null });
    });

    test.each([
      [1, { kind: "crashed", message: "exit code 9" }],
      [2, { kind: "submitted", summary: "second" }],
      [7, { kind: "submitted", summary: "second" }],
    ])("attempt %i does its own steps", async (turn, expected) => {
      const session = await agent.start(assignment("Two tries", { attemptNumber: turn, turn }));
      expect((await toTheEnd(session)).outcome).toEqual(expected);
    });

    test.each([
      ["Two tries", 1, { kind: "submitted", summary: "joined" }],
      ["Crash", 4, { kind: "ended", summary: null }],
    ])("a conflict of %s is resolved by steps of its own", async (title, attemptNumber, expected) => {
      const session = await agent.start(assignment(title, { attemptNumber, kind: "resolution" }));
      expect((await toTheEnd(session)).outcome).toEqual(expected);
    });

    test("a step that cannot be done is a crash that says why", async () => {
      const { outcome } = await toTheEnd(await agent.start(assignment("Crash")));
      expect(outcome).toEqual({ kind: "crashed", message: 'exit code 1: a.txt does not hold "zzz"' });
    });

    test("a flood is handed on whole", async () => {
      const { activity, outcome } = await toTheEnd(await agent.start(assignment("Loud")));
      expect(outcome).toEqual({ kind: "submitted", summary: "shouted" });
      expect(activity.reduce((sum, { text }) => sum + text.length, 0)).toBe(6_000_000);
    });

    test("stop ends it and what it started", async () => {
      const session = await agent.start(assignment("Busy"));
      await until(session, "begun");
      await session.stop();
      expect(await session.outcome).toEqual({ kind: "stopped" });
      await session.stop();
      session.send("too late");
      const left = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 4321[0]'";
      expect((await sh(sandbox, left)).stdout).toBe("0\n");
    });

    test("an abort stops it, followed or not", async () => {
      const abort = new AbortController();
      const session = await agent.start(assignment("Wake", { signal: abort.signal }));
      abort.abort();
      expect(await session.outcome).toEqual({ kind: "stopped" });
      await expect(agent.start(assignment("Wake", { signal: abort.signal }))).rejects.toThrow(/abort/i);
    });

    test("goes on where it was in a new jail over the same sandbox", async () => {
      const first = await open("resumed");
      const session = await agent.start(assignment("Long", { sandbox: first }));
      await until(session, "err");
      await first.close();
      expect((await session.outcome).kind).toBe("crashed");
      await using second = await open("resumed");
      expect(second.adopted).toBe(true);
      const resumed = await agent.start(assignment("Long", { sandbox: second }));
      const nudging = setInterval(() => resumed.send("go on"), 20);
      const { outcome } = await toTheEnd(resumed).finally(() => clearInterval(nudging));
      expect(outcome).toEqual({ kind: "submitted", summary: "all of it" });
      expect((await sh(second, "cat a.txt")).stdout).toBe("one\ntwo\nthree\n");
    });

    test("a scenario without steps for the task names the task and what there is", async () => {
      const only = scenarioSchema.parse({ version: 1, model: {}, agent: [{ task: "Other", attempts: [[]] }] });
      const fault = await faultOf(agentFor(only).start(assignment("Mine")));
      expect(fault).toMatchObject({ kind: "invalid", message: expect.stringContaining('"Mine"') as string });
      expect(JSON.stringify(fault)).toContain("Other");
    });

    test("a spec without a scenario is refused", async () => {
      const fault = await faultOf(agentFor(null).start(assignment("Wake")));
      expect(fault).toMatchObject({ kind: "invalid", problems: [{ at: "--scenario" }] });
    });

    test("an assignment that is too large is refused", async () => {
      const step = { write: { path: "big", content: "x".repeat(17 * 1024 * 1024) } };
      const large = scenarioSchema.parse({ version: 1, model: {}, agent: [{ task: "*", attempts: [[step]] }] });
      expect(await faultOf(agentFor(large).start(assignment("Mine")))).toMatchObject({ kind: "invalid" });
    });
  },
);
