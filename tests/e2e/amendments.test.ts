import { join } from "node:path";
import type { StoredEvent } from "@omoios/contract/events";
import type { Scenario } from "@omoios/contract/scenario";
import type { SpecView } from "@omoios/contract/http-spec";
import { describe, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { processesAround, sandboxesIn } from "./testing/remains.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";
import { checkOf, helloAgain, says, wordsScenario } from "./testing/words-scenario.ts";

/** One run whose servers may die: each stage has a server of its own when `killed`, and the last one ends it. */
async function played(
  of: { readonly scratch: Scratch; readonly scenario: Scenario; readonly killed: boolean },
  stages: readonly ((
    server: ServerProcess,
    spec: { readonly label: string; readonly project: string },
  ) => Promise<unknown>)[],
) {
  const home = of.scratch.at("home");
  const project = await createRepository(of.scratch);
  const body = { request: "Say hello and goodbye", repository: project, size: "light", yes: true };
  const scripted = { agent: "scripted", model: "scripted", scenario: of.scenario };
  let server = await ServerProcess.start({ home });
  try {
    const { id, label } = await server.post({ ...body, ...scripted });
    for (const stage of stages) {
      await stage(server, { label, project });
      if (!of.killed) continue;
      expect(await server.end("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
      server = await ServerProcess.start({ home });
    }
    await server.untilOver(id);
    const [spec, events] = [await server.spec(id), await server.events()];
    const env = { OMOIOS_HOME: home };
    const shown = (await runCli(["pr", "show", label, "--project", project], { env })).stdout;
    expect((await server.status()).slots.held, server.log).toBe(0);
    await server.end("SIGTERM");
    expect(await sandboxesIn(home)).toEqual([]);
    expect(await processesAround(home)).toEqual([]);
    return { spec, events, shown, fileOf: (name: string) => landed(home, spec, `src/${name}.js`) };
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

function landed(home: string, spec: SpecView, path: string): string {
  return git(join(home, "projects", spec.project.id, "hub.git"), "show", `refs/heads/${spec.branch}:${path}`);
}

const tasksOf = (spec: SpecView) => spec.tasks.map(({ title, status }) => [title, status]);
const many = (events: readonly StoredEvent[], type: StoredEvent["type"]) =>
  events.filter((event) => event.type === type).length;
const isSetAside = ({ type, payload }: StoredEvent) => type === "task.moved" && payload.blockedReason === "replan";
const isAtWork = (task: string) => (event: StoredEvent) =>
  event.type === "attempt.moved" && event.payload.task === task && event.payload.to === "working";

describe.each([
  { how: "left alone", killed: false },
  { how: "killed with -9 at every step", killed: true },
])("$how", ({ killed }) => {
  test("a task that fails is planned anew once, without anybody, and what waited for it goes on", async () => {
    await using scratch = await Scratch.create();
    await scratch.write("home/config.yaml", "scheduler: { maxAttempts: 1 }\n");
    const scenario = wordsScenario({
      attempts: {
        "Say hello": [says("hello", "what?")],
        [helloAgain.title]: [[{ wait: 1500 }, ...says("hello", "hello")]],
        "Say goodbye": [says("goodbye", "goodbye")],
      },
      replan: [{ tasks: [helloAgain], checks: [] }],
    });
    const { spec, events, shown } = await played({ scratch, scenario, killed }, [
      async (server) => server.until(isSetAside),
      async (server) => server.until(isAtWork("TSK-003")),
    ]);
    expect(spec).toMatchObject({ status: "in_review", attention: null, goal: { met: 2, total: 2 } });
    expect(tasksOf(spec)).toEqual([
      ["Say hello", "cancelled"],
      ["Say goodbye", "complete"],
      [helloAgain.title, "complete"],
    ]);
    expect(many(events, "plan.amended")).toBe(1);
    expect(shown).toContain("TSK-001 planned anew");
  });

  test("a criterion is reworded whose task still waits, then one whose task is worked on: both are built as they read now", async () => {
    await using scratch = await Scratch.create();
    const scenario = wordsScenario({
      attempts: {
        "Say hello": [[{ wait: 600_000 }], says("hello", "ahoy")],
        "Say goodbye": [says("goodbye", "farewell")],
      },
      replan: [
        { tasks: [], checks: [checkOf("goodbye", "farewell")] },
        { tasks: [], checks: [checkOf("hello", "ahoy")] },
      ],
    });
    const edit = async (at: { label: string; project: string }, criterion: string, text: string) => {
      const args = ["spec", "edit", at.label, criterion, text, "--project", at.project];
      return runCli(args, { env: { OMOIOS_HOME: scratch.at("home") } });
    };
    const reword = (criterion: string, text: string) => async (_: unknown, at: { label: string; project: string }) => {
      const vague = await edit(at, criterion, "it works properly");
      expect(vague.code, vague.stdout).toBe(2);
      const run = await edit(at, criterion, text);
      expect(run.code, run.stderr).toBe(0);
      expect(run.stdout).toContain("goes on with the new ones");
    };
    const { spec, events, shown, fileOf } = await played({ scratch, scenario, killed }, [
      async (server) => server.until(isAtWork("TSK-001")),
      reword("REQ-2.1", 'goodbye() returns "farewell"'),
      reword("REQ-1.1", 'hello() returns "ahoy"'),
    ]);
    expect(spec).toMatchObject({ status: "in_review", attention: null, goal: { met: 2, total: 2 } });
    expect([fileOf("hello"), fileOf("goodbye")].join("")).toMatch(/ahoy[^]*farewell/u);
    expect([many(events, "plan.edited"), many(events, "plan.amended")]).toEqual([2, 2]);
    expect(shown).toMatch(/REQ-2\.1 reworded[^]*REQ-1\.1 reworded/u);
  });
});

test("a task that fails once more after it was planned anew is for a person, and what waits for it says so", async () => {
  await using scratch = await Scratch.create();
  await scratch.write("home/config.yaml", "scheduler: { maxAttempts: 1 }\n");
  const wrong = [says("hello", "what?")];
  const scenario = wordsScenario({
    attempts: { "Say hello": wrong, [helloAgain.title]: wrong },
    replan: [{ tasks: [helloAgain], checks: [] }],
  });
  const { spec, events } = await played({ scratch, scenario, killed: false }, []);
  expect(spec.status).toBe("executing");
  expect(spec.attention).toContain("TSK-003");
  expect(spec.tasks.map(({ status, blockedReason }) => [status, blockedReason])).toEqual([
    ["cancelled", null],
    ["blocked", "dependency"],
    ["blocked", "criteria"],
  ]);
  expect(many(events, "plan.amended")).toBe(1);
});
