import { afterAll, beforeAll, expect, test } from "vitest";
import { apiPaths } from "@omoios/contract/http";
import { pullRequestSchema } from "@omoios/contract/http-spec";
import { claim, goodGreeting, greetScenario } from "./testing/greet-scenario.ts";
import { createRepository, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

let scratch: Scratch;
let server: ServerProcess;

beforeAll(async () => {
  scratch = await Scratch.create();
  await scratch.write("home/config.yaml", "watch: { heartbeatMs: 300, idleMs: 1500, stuckMs: 1000, nudges: 1 }\n");
  server = await ServerProcess.start({ home: scratch.at("home") });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await scratch[Symbol.asyncDispose]();
});

test("an agent that hangs is nudged, then restarted; the next attempt lands and the pull request tells", async () => {
  const repository = await createRepository(scratch, "hanging");
  // The first hang ends with the nudge, the second one is for ever.
  const hanging = [{ say: "Thinking" }, { hang: true as const }, { hang: true as const }, { hang: true as const }];
  const { id } = await server.request(repository, greetScenario({ attempts: [hanging, [goodGreeting, claim]] }));
  await server.untilOver(id);
  const events = (await server.events()).filter((event) => event.specId === id);
  const made = events.flatMap((event) => (event.type === "intervention.made" ? [event.payload.kind] : []));
  expect(made.slice(0, 1)).toEqual(["nudge"]);
  expect(made.at(-1)).toBe("restart");
  expect(made.filter((kind) => kind === "restart")).toHaveLength(1);
  const seen = events.flatMap((event) => (event.type === "agent.observed" ? [event.payload.to] : []));
  expect(seen).toEqual(expect.arrayContaining(["active", "idle", "stuck"]));
  const spec = await server.spec(id);
  expect(spec.status, spec.attention ?? "").toBe("in_review");
  expect(spec.tasks[0]?.attempts).toBe(2);
  const { body } = await server.client.get(apiPaths.specPullRequest(id), pullRequestSchema);
  expect(body).toMatch(/nudge/iu);
  expect(body).toMatch(/restart/iu);
  expect(body).toContain("No output, tool use or file change for");
});

test("a slow agent that talks, and one that only changes files, are left alone", async () => {
  const repository = await createRepository(scratch, "talking");
  const talking = Array.from({ length: 5 }, (_none, index) => [{ say: `Part ${index}` }, { wait: 600 }]).flat();
  const writing = Array.from({ length: 5 }, (_none, index) => [
    { append: { path: "notes.txt", content: `${index}\n` } },
    { wait: 600 },
  ]).flat();
  const { id } = await server.request(
    repository,
    greetScenario({ attempts: [[...talking, ...writing, goodGreeting, claim]] }),
  );
  await server.untilOver(id);
  const spec = await server.spec(id);
  expect(spec.status, spec.attention ?? "").toBe("in_review");
  expect(spec.tasks[0]?.attempts).toBe(1);
  const types = (await server.events()).filter((event) => event.specId === id).map((event) => event.type);
  expect(types).not.toContain("intervention.made");
});
