import { apiPaths } from "@omoios/contract/http";
import { budgetViewSchema } from "@omoios/contract/http-budget";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { runFeature } from "./testing/feature-run.ts";
import { greetScenario } from "./testing/greet-scenario.ts";
import { createRepository, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create();
});

afterAll(() => scratch[Symbol.asyncDispose]());

test("a spec stops at its budget with code 4, says how to go on, and goes on once it is raised", async () => {
  const home = scratch.at("home");
  const env = { OMOIOS_HOME: home, OMOIOS_PORT: "0" };
  const repository = await createRepository(scratch);
  const ordered = { scratch, home, repository, scenario: greetScenario() };
  const stopped = await runFeature({ ...ordered, args: ["--budget", "200tokens"] });
  expect(stopped.code, stopped.stderr).toBe(4);
  expect(stopped.events.at(-1)).toMatchObject({ type: "spec.paused", payload: { label: "SPC-1", cause: "budget" } });
  expect(stopped.result).toMatchObject({ spec: { status: "planning" }, usage: { tokens: 0, usd: 0 } });

  // The attempt's own cap lets the planner work and refuses the validator.
  await scratch.write("home/config.yaml", "budget: { attempt: { tokens: 10 } }\n");
  {
    await using server = await ServerProcess.start({ home });
    const raised = await server.client.post(apiPaths.specBudget("SPC-1"), budgetViewSchema, {
      body: { usd: 1, tokens: null },
    });
    expect(raised.scopes[0]).toMatchObject({ name: "SPC-1", usd: { cap: 1, used: 0 }, tokens: { cap: null } });
    const paused = await server.until(
      ({ type, payload }) => type === "spec.paused" && payload.reason.includes("attempt"),
    );
    expect(paused?.payload).toMatchObject({ reason: expect.stringContaining("for one attempt (10 tokens)") as string });
    await server.until(({ type, payload }) => type === "attempt.moved" && payload.to === "parked");
    const shown = await runCli(["budget", "SPC-1"], { env });
    expect(shown.stdout).toMatch(/spec SPC-1 +0\.00 USD +1\.00 USD +[\d,]+ +none/u);
    expect(shown.stdout).toContain("Stopped  The budget for one attempt (10 tokens)");
    const view = await server.client.get(apiPaths.specBudget("SPC-1"), budgetViewSchema);
    expect(view.scopes.find(({ kind }) => kind === "attempt")).toMatchObject({ tokens: { cap: 10, used: 0, held: 0 } });
    expect((await server.status()).slots.held).toBe(0);
  }

  await scratch.write("home/config.yaml", "");
  const done = await runCli(["run", "--resume", "SPC-1", "--repo", repository, "--json"], { env });
  expect(done.code, done.stderr).toBe(0);
});
