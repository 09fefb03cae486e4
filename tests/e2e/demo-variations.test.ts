import { join } from "node:path";
import { runResultSchema } from "@omoios/contract/run-result";
import { workSchema } from "@omoios/contract/phase-tasks";
import type { Scenario } from "@omoios/contract/scenario";
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
