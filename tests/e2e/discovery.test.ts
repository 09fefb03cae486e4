import { join } from "node:path";
import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { discoveriesSchema, type DiscoveryView } from "@omoios/contract/http-discovery";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { claim, goodGreeting, greetScenario, met } from "./testing/greet-scenario.ts";
import { processesAround, sandboxesIn } from "./testing/remains.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

const check = "node --input-type=module -e 'import { bye } from \"./bye.js\"; if (bye() !== 1) process.exit(1)'";
const found = {
  title: "Write bye",
  description: "Write a bye function in bye.js",
  why: "Whoever is greeted leaves again",
  files: ["bye.js"],
  criterion: "bye() returns 1",
};
const bye: ScenarioStep = { write: { path: "bye.js", content: "export const bye = () => 1;\n" } };

let scratch: Scratch;
let repository: string;

beforeAll(async () => {
  scratch = await Scratch.create();
  repository = await createRepository(scratch);
});

afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
});

/** Agents that greet in these attempts, one of which comes upon `bye`, and agents that write `bye` in those. */
function scenarioOf(greet: readonly ScenarioStep[][], written: readonly ScenarioStep[][]): Scenario {
  const [verdict] = met.verdicts;
  const verdicts = [{ verdicts: [verdict, { ...verdict, criterion: "REQ-1.2" }] }];
  const agent = [
    { task: "Write greet", attempts: [...greet] },
    { task: found.title, attempts: [...written] },
  ];
  return { ...greetScenario({ verdicts }), agent };
}

async function discoveries(server: ServerProcess, spec: string): Promise<readonly DiscoveryView[]> {
  return (await server.client.get(apiPaths.discoveries, discoveriesSchema, { spec })).items;
}

/** Both tasks landed, once, and nothing is left of how. */
async function expectBuilt(server: ServerProcess, of: { readonly home: string; readonly specId: string }) {
  const [spec, events] = [await server.spec(of.specId), await server.events()];
  expect(spec.status, `${spec.attention}\n${server.log}`).toBe("in_review");
  expect(spec.goal).toEqual({ met: 2, total: 2 });
  expect(spec.tasks.map(({ title, status }) => [title, status])).toEqual([
    ["Write greet", "complete"],
    ["Write bye", "complete"],
  ]);
  const told = events.flatMap(({ type }) =>
    ["discovery.reported", "discovery.moved", "pull_request.opened"].includes(type) ? [type] : [],
  );
  expect(told).toEqual(["discovery.reported", "discovery.moved", "pull_request.opened"]);
  const hub = join(of.home, "projects", spec.project.id, "hub.git");
  expect(git(hub, "show", `refs/heads/${spec.branch}:bye.js`)).toContain("bye = () => 1");
  expect((await server.status()).slots.held).toBe(0);
  await server.end("SIGTERM");
  expect(await sandboxesIn(of.home)).toEqual([]);
  expect(await processesAround(of.home)).toEqual([]);
}

test("a person accepts a discovery with a check: its task is built and proven like any other, and the pull request says so", async () => {
  const home = scratch.at("home-accepted");
  const env = { OMOIOS_HOME: home };
  await using server = await ServerProcess.start({ home });
  const held = { write: { path: ".npmrc", content: "audit=false\n" } };
  const scenario = scenarioOf(
    [
      [{ discover: found }, goodGreeting, held, claim],
      [goodGreeting, claim],
    ],
    [[bye, claim]],
  );
  const { id } = await server.request(repository, scenario);
  await server.until((event) => event.type === "spec.attention_raised");
  const accepted = await runCli(["discovery", "accept", "DSC-1", "--check", check, "--json"], { env });
  expect(accepted.code, accepted.stderr).toBe(0);
  const decision = { label: "DSC-1", state: "accepted", decidedBy: "person", task: "TSK-002", check };
  expect(JSON.parse(accepted.stdout)).toMatchObject(decision);
  const twice = await runCli(["discovery", "dismiss", "DSC-1"], { env });
  expect(twice.code, twice.stdout).not.toBe(0);
  expect((await runCli(["task", "retry", "TSK-001"], { env })).code).toBe(0);
  await server.until((event) => event.type === "pull_request.opened");
  const shown = await runCli(["pr", "show", "SPC-1"], { env });
  expect(shown.stdout).toMatch(/came upon[^]*DSC-1[^]*TSK-002/u);
  await expectBuilt(server, { home, specId: id });
});

test("kill -9 with a discovery on its way: it is neither lost nor built twice", async () => {
  const home = scratch.at("home-killed");
  const discover = { ...found, check };
  const scenario = scenarioOf([[{ discover }, { wait: 1500 }, goodGreeting, claim]], [[{ wait: 1500 }, bye, claim]]);
  let specId: string | null = null;
  const isReported = (event: StoredEvent) => event.type === "discovery.reported";
  const isAtWork = ({ type, payload }: StoredEvent) =>
    type === "attempt.moved" && payload.task === "TSK-002" && payload.to === "working";
  for (const isMoment of [isReported, isAtWork]) {
    await using server = await ServerProcess.start({ home });
    specId ??= (await server.request(repository, scenario)).id;
    await server.until(isMoment);
    expect(await server.end("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  }
  if (specId === null) throw new Error("No spec was requested");
  await using server = await ServerProcess.start({ home });
  await server.untilOver(specId);
  expect(await discoveries(server, specId)).toMatchObject([
    { label: "DSC-1", state: "accepted", decidedBy: "policy", task: "TSK-002" },
  ]);
  await expectBuilt(server, { home, specId });
});
