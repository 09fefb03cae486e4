import type { StoredEvent } from "@omoios/contract/events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, type CliRun } from "../../apps/cli/testing/run-cli.ts";
import { runFeature } from "./testing/feature-run.ts";
import {
  greetingsScenario,
  prd,
  requirements,
  scored,
  small,
  smallScenario,
  standards,
} from "./testing/greetings-scenario.ts";
import { createRepository, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

let scratch: Scratch;
let repository: string;
let server: ServerProcess;
const home = () => scratch.at("home");

beforeAll(async () => {
  scratch = await Scratch.create();
  repository = await createRepository(scratch);
  await scratch.write("home/config.yaml", "scheduler: { slots: 6, slotsPerProject: 6 }\n");
  server = await ServerProcess.start({ home: home() });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await scratch[Symbol.asyncDispose]();
});

async function cli(...args: readonly string[]): Promise<CliRun> {
  return runCli(args, { env: { OMOIOS_HOME: home(), OMOIOS_PORT: "0" } });
}

/** Most tasks that were under way at one time. */
function mostAtOnce(events: readonly StoredEvent[]): number {
  const live = new Set<string>();
  let most = 0;
  for (const event of events) {
    if (event.type !== "task.moved") continue;
    if (event.payload.to === "running") live.add(event.payload.label);
    if (event.payload.to === "complete") live.delete(event.payload.label);
    most = Math.max(most, live.size);
  }
  return most;
}

/** When each task started and ended, as positions in the story. */
function spanOf(events: readonly StoredEvent[], title: string) {
  const moves = events.flatMap((event, index) =>
    event.type === "task.moved" && event.payload.title === title ? [{ to: event.payload.to, index }] : [],
  );
  const first = (to: string) => moves.find((move) => move.to === to)?.index ?? Number.NaN;
  return { started: first("running"), ended: first("complete") };
}

describe("light", () => {
  test("one call plans six tasks; four run at once, each waits for what it needs, one pull request comes out", async () => {
    const run = await runFeature({
      scratch,
      home: home(),
      repository,
      scenario: greetingsScenario(),
      args: ["--size", "light"],
    });
    expect(run.code, run.stderr).toBe(0);
    expect(run.result?.criteria.map(({ id, met }) => ({ id, met }))).toEqual(
      requirements.requirements.map(({ id }) => ({ id: `${id}.1`, met: true })),
    );
    expect(mostAtOnce(run.events)).toBeGreaterThanOrEqual(4);
    const collect = spanOf(run.events, "Collect all greetings");
    for (const language of ["english", "german", "french", "spanish"]) {
      expect(spanOf(run.events, `Greet in ${language}`).ended).toBeLessThan(collect.started);
    }
    // Both declare the README, so the one that is later in the plan waits.
    const readme = spanOf(run.events, "Name the languages in the README");
    expect(readme.ended < collect.started || collect.ended < readme.started).toBe(true);
    expect(phaseLines(run.events)).toEqual([
      "EXPLORE 1 finished",
      "PRD 1 skipped",
      "REQUIREMENTS 1 finished",
      "TASKS 1 finished",
      "DESIGN 1 skipped",
      "SYNC 1 finished",
      "COMPLETE 1 finished",
    ]);
  });
});

const exploration = {
  task: "Explore the repository",
  attempts: [
    [
      { say: "reading" },
      {
        submit: JSON.stringify({
          summary: "A package of small modules under src, tested by node --test",
          languages: ["JavaScript"],
          packageManager: "npm",
          testCommands: [{ command: "node --test", proves: "every module" }],
          conventions: [],
          entryPoints: [],
          files: [{ path: "src/nowhere.js", why: "the greetings" }],
          risks: [],
        }),
      },
    ],
  ],
};

function phaseLines(events: readonly StoredEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "phase.ended" ? [`${event.payload.phase} ${event.payload.version} ${event.payload.status}`] : [],
  );
}

function refusals(events: readonly StoredEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === "gate.refused"
      ? [
          `${event.payload.phase} ${event.payload.try}: ${event.payload.findings.map((finding) => finding.rule).join(", ")}`,
        ]
      : [],
  );
}

describe("full", () => {
  test("what breaks a rule or scores low is sent back; under --yes a question becomes an assumption of the pull request", async () => {
    const [task] = small.work.tasks;
    const cyclic = { ...small.work, tasks: [{ ...task, needs: ["nothing", "english"] }] };
    const scenario = smallScenario({
      tasks: [cyclic, small.work],
      "evaluate-requirements": [scored(standards.requirements, 0.5), scored(standards.requirements, 0.9)],
    });
    const run = await runFeature({
      scratch,
      home: home(),
      repository,
      scenario: { ...scenario, agent: [exploration, ...scenario.agent] },
      args: ["--size", "full"],
    });
    expect(run.code, run.stderr).toBe(0);
    expect(run.events.filter((event) => event.type === "phase.ended")[0]?.payload).toMatchObject({
      phase: "EXPLORE",
      summary: "an agent read the repository; not so: src/nowhere.js: not in the repository",
    });
    expect(run.result?.tasks).toMatchObject([{ status: "complete", attempts: 1 }]);
    expect((await cli("task", "show", "XPL-1")).stdout).toContain("Explore the repository");
    expect((await cli("task", "logs", "XPL-1")).stdout).toContain("reading");
    expect(refusals(run.events)).toEqual([
      `REQUIREMENTS 1: ${standards.requirements.map(() => "standard").join(", ")}`,
      "TASKS 1: unknown-id, dependency",
    ]);
    expect(phaseLines(run.events)).toEqual([
      "EXPLORE 1 finished",
      "PRD 1 finished",
      "REQUIREMENTS 2 finished",
      "DESIGN 1 finished",
      "TASKS 2 finished",
      "SYNC 1 finished",
      "COMPLETE 1 finished",
    ]);
    expect(run.events.filter((event) => event.type === "question.answered")).toMatchObject([
      { payload: { by: "policy", answer: "Informal" } },
    ]);
    const shown = await cli("pr", "show", run.result?.spec.id ?? "");
    expect(shown.stdout).toContain("Is the greeting formal or informal? Informal");
  });

  test("a person answers, says yes to the requirements, sends back, rewords, and approves what came of it", async () => {
    const own = await createRepository(scratch, "asking", {
      ".omoios.yaml": "planning: { approvals: [requirements] }\n",
    });
    const file = await scratch.write("full.yaml", JSON.stringify(greetingsScenario()));
    const scripted = ["--agent", "scripted", "--model", "scripted", "--scenario", file, "--size", "full"];
    const run = await cli("run", "Greet in four languages", "--repo", own, ...scripted);
    expect(run.code, run.stdout + run.stderr).toBe(5);
    const name = /SPC-\d+/u.exec(run.stdout)?.[0] ?? "";
    const on = ["--project", own];
    const wait = async () => cli("run", "--resume", name, "--repo", own, ...on);

    expect((await cli("answer", name, ...on)).stdout).toContain(prd.questions[0]?.proposal);
    expect((await cli("answer", name, "7=no", ...on)).code).toBe(2);
    expect((await cli("answer", name, "1=Formal", ...on)).stdout).toContain("planning goes on");
    expect((await wait()).code).toBe(5);

    expect((await cli("spec", "approve", name, "--phase", "requirements", ...on)).stdout).toContain("REQUIREMENTS@1");
    expect((await wait()).code).toBe(5);
    const page = (await cli("spec", "show", name, ...on)).stdout;
    for (const text of ["6 requirements", "up to 5 at once", "Formal"]) expect(page).toContain(text);
    const everything = (await cli("spec", "show", name, "--full", ...on)).stdout;
    for (const text of ["REQ-5.1", "readme (same files)"]) expect(everything).toContain(text);

    expect((await cli("spec", "reject", name, "--reason", "smaller tasks", ...on)).stdout).toContain("sent back");
    expect((await wait()).code).toBe(5);

    const vague = await cli("spec", "edit", name, "REQ-1.1", "it works properly and fast", ...on);
    expect(vague.code).toBe(2);
    expect(vague.stderr).toContain("vague-words");
    const edited = await cli(
      "spec",
      "edit",
      name,
      "REQ-6.1",
      "README.md names english, german, french and spanish",
      ...on,
    );
    expect(edited.stdout).toContain("Out of date now: DESIGN, TASKS, SYNC, COMPLETE");
    expect((await cli("spec", "approve", name, ...on)).code).not.toBe(0);
    expect((await cli("spec", "regenerate", name, ...on)).code).toBe(0);
    // Reworded requirements are new ones: they wait for a yes of their own.
    expect((await wait()).code).toBe(5);
    expect((await cli("spec", "approve", name, "--phase", "requirements", ...on)).stdout).toContain("REQUIREMENTS@2");
    expect((await wait()).code).toBe(5);
    expect((await cli("spec", "approve", name, ...on)).stdout).toContain("approved");
    expect((await cli("spec", "cancel", name, ...on)).code).toBe(0);
  });

  test("three refusals in a row wait for a person, who is told why; --resume tries again and builds it", async () => {
    const contradictory = { ...prd, scopeOut: prd.scopeIn };
    const run = await runFeature({
      scratch,
      home: home(),
      repository,
      scenario: smallScenario({ prd: [contradictory, contradictory, contradictory, prd] }),
      args: ["--size", "full"],
    });
    expect(run.code).toBe(5);
    expect(refusals(run.events)).toEqual(["PRD 1: repeated", "PRD 2: repeated", "PRD 3: repeated"]);
    expect(run.events.filter((event) => event.type === "spec.attention_raised")).toHaveLength(1);
    const resumed = await cli("run", "--resume", run.result?.spec.id ?? "", "--repo", repository, "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('"status":"in_review"');
  });
});

test("planning that is killed goes on where it was: no phase is lost and none is made twice", async () => {
  const other = scratch.at("killed");
  await scratch.write("killed/config.yaml", "scheduler: { slots: 6, slotsPerProject: 6 }\n");
  const { work } = small;
  const scenario = smallScenario({ prd: [{ ...prd, questions: [] }], tasks: [{ ...work, checks: [] }, work] });
  const body = {
    request: "Greet",
    repository,
    size: "full" as const,
    agent: "scripted",
    model: "scripted",
    scenario,
    yes: false,
  };
  const points = ["PRD", "REQUIREMENTS", "DESIGN", "gate"] as const;
  let specId: string | null = null;
  for (const point of points) {
    await using running = await ServerProcess.start({ home: other });
    specId ??= (await running.post(body)).id;
    await running.until(
      (event) =>
        (event.type === "phase.ended" && event.payload.phase === point) ||
        (event.type === "gate.refused" && point === "gate"),
    );
    await running.end("SIGKILL");
  }
  await using last = await ServerProcess.start({ home: other });
  await last.until((event) => event.type === "spec.moved" && event.payload.to === "awaiting_approval");
  const spec = await last.spec(specId ?? "");
  expect(spec.status, `${spec.attention}\n${last.log}`).toBe("awaiting_approval");
  expect(spec.phases.map(({ phase, version, status }) => `${phase} ${version} ${status}`).toSorted()).toEqual(
    [
      "EXPLORE 1 finished",
      "PRD 1 finished",
      "REQUIREMENTS 1 finished",
      "DESIGN 1 finished",
      "TASKS 1 refused",
      "TASKS 2 finished",
      "SYNC 1 finished",
      "COMPLETE 1 finished",
    ].toSorted(),
  );
});
