import { join } from "node:path";
import { runResultSchema } from "@omoios/contract/run-result";
import { workSchema } from "@omoios/contract/phase-tasks";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";
import { verdictsSchema } from "@omoios/contract/verdicts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readScenario } from "../../apps/cli/repository/scenario-file.ts";
import { DemoPlace, payloads, type DemoRun } from "./testing/demo-place.ts";

// The demo is no theatre: another script makes another run, and the outcome follows from what happened.

const examples = join(import.meta.dirname, "../../examples/notes");

let place: DemoPlace;

beforeAll(async () => {
  place = await DemoPlace.open();
});

afterAll(() => place[Symbol.asyncDispose]());

type AgentEntry = Scenario["agent"][number];
type Answers = Scenario["model"];

const last = <Value>(values: readonly Value[]): Value[] => values.slice(-1);
const withoutDetours = ({ attempts, ...entry }: AgentEntry): AgentEntry => ({
  ...entry,
  attempts: last(attempts).map((steps) => steps.filter((step) => !("discover" in step))),
});

/** Every role gives its last answer at once. */
function sure(model: Answers, roles: readonly string[]): Answers {
  return { ...model, ...Object.fromEntries(roles.map((role) => [role, last(model[role] ?? [])])) };
}

function outcome(run: DemoRun): readonly unknown[] {
  expect(run.code, run.stderr).toBe(0);
  return runResultSchema.parse(run.last).tasks.map(({ id, status, attempts }) => `${id} ${status} ${attempts}`);
}

/** The small story, whose planner and agent are right at once. */
async function searchStory(): Promise<{ readonly scenario: Scenario; readonly search: AgentEntry }> {
  const scenario = await readScenario("search.yaml", examples);
  const [entry] = scenario.agent;
  if (entry === undefined) throw new TypeError("search.yaml has no agent");
  const search = withoutDetours(entry);
  return {
    scenario: { ...scenario, model: sure(scenario.model, ["plan-direct", "validate"]), agent: [search] },
    search,
  };
}

const right = ({ attempts }: AgentEntry): ScenarioStep[] => attempts[0] ?? [];

test("without a fault there is nothing to correct; where the task meets what came to the base branch, that is the conflict", async () => {
  const { scenario, search } = await searchStory();
  const style: ScenarioStep = {
    replace: { path: "src/page.ts", find: "const style = `", with: "const style = `\n  mark { background: gold; }" },
  };
  const keepBoth: ScenarioStep[] = [
    { run: "sed -i -E '/^(<<<<<<<|=======|>>>>>>>)/d' src/page.ts && node --test" },
    { submit: "Both lines of the style stay" },
  ];
  const bringIn: AgentEntry = { task: "Bring in main", attempts: [[]], resolve: [keepBoth] };
  const [calm, meeting] = await Promise.all([
    place.demo(scenario),
    place.demo({ ...scenario, agent: [{ ...search, attempts: [[style, ...right(search)]] }, bringIn] }),
  ]);

  expect(outcome(calm)).toEqual(["TSK-001 complete 1", "TSK-002 complete 1"]);
  for (const type of ["gate.refused", "intervention.made", "discovery.reported", "conflict.found"] as const)
    expect(payloads(calm, type), type).toEqual([]);

  expect(outcome(meeting).at(0)).toBe("TSK-001 complete 1");
  expect(payloads(meeting, "conflict.found")).toMatchObject([{ task: "TSK-002", paths: ["src/page.ts"] }]);
  expect(await place.traces()).toEqual([]);
}, 300_000);

test("an agent that hangs a second time is restarted a second time, and of a flood of discoveries most is only counted", async () => {
  const { scenario, search } = await searchStory();
  const found = (number: number): ScenarioStep => ({
    discover: {
      title: `Describe search number ${number}`,
      description: `Say in SEARCH-${number}.md what a search finds`,
      why: "Nobody can know otherwise",
      files: [`SEARCH-${number}.md`],
      criterion: `SEARCH-${number}.md has the line "Finds notes"`,
      check: `grep -qx "Finds notes" SEARCH-${number}.md`,
    },
  });
  const hang: ScenarioStep[] = [{ hang: true }, { hang: true }];
  const flooding = [...[1, 2, 3, 4, 5].map(found), ...right(search)];
  const describing: AgentEntry = {
    task: "Describe search number 1",
    attempts: [[{ write: { path: "SEARCH-1.md", content: "Finds notes\n" } }, { submit: "Described" }]],
  };
  const [judgement] = (scenario.model["validate"] ?? []).map((answer) => verdictsSchema.parse(answer));
  // What was found becomes a task with a criterion of its own, on which the validator is asked as well.
  const verdicts = ["REQ-1.1", "REQ-1.2"].flatMap(
    (criterion) => judgement?.verdicts.map((verdict) => ({ ...verdict, criterion })) ?? [],
  );
  const run = await place.demo({
    ...scenario,
    model: { ...scenario.model, validate: [{ verdicts }] },
    agent: [{ ...search, attempts: [hang, hang, flooding] }, describing],
  });

  expect(outcome(run).slice(0, 2)).toEqual(["TSK-001 complete 3", "TSK-002 complete 1"]);
  expect(payloads(run, "intervention.made").map(({ task, kind }) => `${task} ${kind}`)).toEqual([
    ...["TSK-001 nudge", "TSK-001 restart"],
    ...["TSK-001 nudge", "TSK-001 restart"],
  ]);
  const reported = payloads(run, "discovery.reported");
  expect(reported.map(({ reason }) => reason === null)).toEqual([true, false, false]);
  expect(payloads(run, "discovery.dropped")).toHaveLength(1);
  expect(await place.traces()).toEqual([]);
}, 300_000);

test("tasks in another order do not meet: what conflicted in the story does not", async () => {
  const scenario = await readScenario("settings.yaml", examples);
  const [work] = (scenario.model["tasks"] ?? []).map((answer) => workSchema.parse(answer));
  if (work === undefined) throw new TypeError("settings.yaml has no tasks");
  const [page, endpoint] = ["Show the settings page", "Read and replace settings over HTTP"];
  const needs = work.tasks.find(({ title }) => title === endpoint)?.id ?? "";
  const tasks = work.tasks.map((task) => (task.title === page ? { ...task, needs: [...task.needs, needs] } : task));
  const agent = scenario.agent.map(withoutDetours).map((entry) =>
    // Written as whoever resolves the conflict writes it: the endpoint is there already.
    entry.task === page
      ? { task: page, attempts: [[...(entry.attempts[0] ?? []).slice(0, 2), ...(entry.resolve?.[0] ?? [])]] }
      : entry,
  );
  const model = { ...sure(scenario.model, ["requirements", "validate"]), tasks: [{ ...work, tasks }] };
  const run = await place.demo({ ...scenario, model, agent });
  expect(outcome(run).filter((task) => !String(task).endsWith(" complete 1"))).toEqual([]);
  expect(payloads(run, "conflict.found")).toEqual([]);
  const at = (title: string, to: string) =>
    payloads(run, "task.moved").findIndex((moved) => moved.title === title && moved.to === to);
  expect(at(endpoint ?? "", "complete")).toBeLessThan(at(page ?? "", "running"));
  expect(await place.traces()).toEqual([]);
}, 300_000);
