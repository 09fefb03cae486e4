import { expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { claim, greetScenario } from "./testing/greet-scenario.ts";
import { createRepository, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

const words = 'greet("Ada") returns "Ahoy, Ada!"';
const ahoy = { write: { path: "greet.js", content: "export const greet = (name) => `Ahoy, ${name}!`;\n" } };
const checkOfWords = {
  criterion: "REQ-1.1",
  command: "node --test checks/ahoy.test.js",
  directory: ".",
  timeoutSeconds: 60,
  files: [
    {
      path: "checks/ahoy.test.js",
      content: `import test from "node:test";
import assert from "node:assert/strict";
import { greet } from "../greet.js";
test("greets as sailors do", () => assert.equal(greet("Ada"), "Ahoy, Ada!"));
`,
    },
  ],
};
const planned = greetScenario({ attempts: [[{ wait: 600_000 }], [ahoy, claim]] });
const scenario = { ...planned, model: { ...planned.model, replan: [{ tasks: [], checks: [checkOfWords] }] } };

test("a criterion reworded while its task is worked on is proven with its new words", async () => {
  await using scratch = await Scratch.create();
  const home = scratch.at("home");
  const project = await createRepository(scratch);
  await using server = await ServerProcess.start({ home });
  const cli = async (...args: readonly string[]) =>
    runCli([...args, "--project", project], { env: { OMOIOS_HOME: home } });
  const { id, label } = await server.request(project, scenario);
  await server.until((event) => event.type === "attempt.moved" && event.payload.to === "working");
  const vague = await cli("spec", "edit", label, "REQ-1.1", "it works properly");
  expect(vague.code, vague.stdout).toBe(2);
  const edited = await cli("spec", "edit", label, "REQ-1.1", words);
  expect(edited.code, edited.stderr).toBe(0);
  expect(edited.stdout).toContain("goes on with the new ones");

  await server.until((event) => event.type === "pull_request.opened");
  const view = await server.spec(id);
  expect(view).toMatchObject({ status: "in_review", attention: null, tasks: [{ status: "complete", attempts: 2 }] });
  const shown = (await cli("pr", "show", label)).stdout;
  expect(shown).toMatch(/✅ REQ-1\.1 .*Ahoy/u);
  expect(shown).toContain("REQ-1.1 reworded");
});
