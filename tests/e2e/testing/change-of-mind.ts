import { expect } from "vitest";
import { runCli } from "../../../apps/cli/testing/run-cli.ts";
import { claim, goodGreeting, greetScenario } from "./greet-scenario.ts";
import { createRepository, type Scratch } from "./scratch.ts";
import type { ServerProcess } from "./server-process.ts";

const planned = greetScenario({ attempts: [[{ wait: 600_000 }]] });

/** The task a planner gives in the place of the one that was given up. */
const again = {
  id: "again",
  title: "Greet after all",
  description: "Write a greet function in greet.js that greets a person by name",
  mode: "implementation",
  priority: "medium",
  needs: [],
  criteria: ["REQ-1.1"],
  declaredFiles: ["greet.js"],
  requiresGit: false,
  requiresTests: false,
  complexity: 0.2,
};
const scenario = {
  ...planned,
  model: { ...planned.model, replan: [{ tasks: [again], checks: [] }] },
  agent: [{ task: again.title, attempts: [[goodGreeting, claim]] }, ...planned.agent],
};

/**
 * A person gives up the only task of a spec, twice: one they have planned anew, and it ends in a pull request; the other
 * they go without, and the spec is closed.
 */
export async function changeOfMind(scratch: Scratch, server: ServerProcess): Promise<void> {
  const project = await createRepository(scratch, "undecided");
  const decide = async (...args: readonly string[]) => {
    const run = await runCli([...args, "--project", project], { env: { OMOIOS_HOME: scratch.at("home") } });
    expect(run.code, `${args.join(" ")}\n${run.stdout}${run.stderr}`).toBe(0);
    return run.stdout;
  };
  const giveUp = async () => {
    const spec = await server.request(project, scenario);
    await server.until((event) => event.specId === spec.id && event.type === "attempt.moved");
    const [task] = (await server.spec(spec.id)).tasks;
    const name = task?.label ?? "";
    await decide("task", "cancel", name);
    const asked = await server.until((event) => event.specId === spec.id && event.type === "spec.attention_raised");
    expect(asked?.payload).toMatchObject({ reason: expect.stringContaining(`omoios task replan ${name}`) as unknown });
    return { ...spec, task: name };
  };

  const resumed = await giveUp();
  expect(await decide("task", "replan", resumed.task)).toContain("planned anew");
  await server.until((event) => event.specId === resumed.id && event.type === "pull_request.opened");

  const dropped = await giveUp();
  expect(await decide("spec", "accept", dropped.label, "REQ-1.1", "--reason", "nobody greets")).toContain("accepted");
  await server.until(
    (event) => event.specId === dropped.id && event.type === "spec.moved" && event.payload.to === "closed",
  );
}
