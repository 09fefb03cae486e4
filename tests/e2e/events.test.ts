import { eventTypes, type EventType, type StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { taskSummarySchema } from "@omoios/contract/http-task";
import { expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { runFeature } from "./testing/feature-run.ts";
import { claim, goodGreeting, greetScenario, ungatedPlan, wrongGreeting } from "./testing/greet-scenario.ts";
import { createRepository, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

/** A run with as much trouble as fits into one: plan refused, work wrong, agent stuck, change held, person asked. */
const troubled = greetScenario({
  badPlans: [ungatedPlan()],
  attempts: [
    [wrongGreeting, claim],
    [{ say: "Thinking" }, { hang: true }, { hang: true }, { hang: true }],
    [goodGreeting, { write: { path: ".npmrc", content: "audit=false\n" } }, claim],
    [goodGreeting, claim],
  ],
});

test("every type of event happens, and the command line has words for each", async () => {
  await using scratch = await Scratch.create();
  const home = scratch.at("home");
  await scratch.write(
    "home/config.yaml",
    "watch: { heartbeatMs: 300, idleMs: 1500, stuckMs: 1000 }\nscheduler: { maxAttempts: 4 }\n",
  );
  await using server = await ServerProcess.start({ home });
  const repository = await createRepository(scratch);
  const run = await runFeature({ scratch, home, repository, scenario: troubled });
  expect(run.code, run.stderr).toBe(5);

  const retried = await runCli(["task", "retry", "TSK-001", "--json"], { env: { OMOIOS_HOME: home } });
  expect(retried.code, retried.stderr).toBe(0);
  const end = await server.until((event) => event.type === "pull_request.opened");
  expect(end).not.toBeNull();
  const task = await server.client.get(apiPaths.task("TSK-001"), taskSummarySchema.loose());
  expect(task).toMatchObject({ status: "complete", attempts: 4 });

  const events = await server.events();
  const happened = new Set<EventType>(events.map((event) => event.type));
  expect(eventTypes.filter((type) => !happened.has(type))).toEqual([]);
  await expectRendered(home, events);
});

async function expectRendered(home: string, events: readonly StoredEvent[]): Promise<void> {
  const env = { OMOIOS_HOME: home, COLUMNS: "80" };
  const json = await runCli(["events", "--json"], { env });
  expect(json.stdout.trimEnd().split("\n")).toHaveLength(events.length);
  const shown = await runCli(["events"], { env });
  expect(shown.code, shown.stderr).toBe(0);
  const lines = shown.stdout.trimEnd().split("\n");
  const first = lines.filter((line) => /^\s*\d+:\d\d/u.test(line));
  expect(first).toHaveLength(events.length);
  // Time, mark, subject and at least a word.
  expect(first.filter((line) => !/^\s*[\d:]+\s+\S+\s+\S+\s+\S/u.test(line))).toEqual([]);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
}
