import { setTimeout as pause } from "node:timers/promises";
import type { StoredEvent } from "@omoios/contract/events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { expectBuiltOnce, type Built } from "./testing/built-once.ts";
import { runFeature } from "./testing/feature-run.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { MortalServer } from "./testing/mortal-server.ts";
import { ServerProcess } from "./testing/server-process.ts";
import { flood, landedTitles, listedAfter, listedBefore, wholePlanScenario } from "./testing/whole-plan-scenario.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const config = `scheduler: { slots: 6, slotsPerProject: 6, maxAttempts: 2 }
watch: { heartbeatMs: 500, idleMs: 4000, stuckMs: 2000 }
`;
const scenario = wholePlanScenario();
let scratch: Scratch;

const hasLanded = ({ type, payload }: StoredEvent) => type === "candidate.moved" && payload.to === "landed";

/** Somebody commits to the branch the spec is built on. */
async function moveBase(name: string): Promise<void> {
  await scratch.write(`${name}/MEANWHILE.md`, "Meanwhile\n");
  git(scratch.at(name), "add", "--all");
  git(scratch.at(name), "commit", "--quiet", "-m", "Say what happened meanwhile");
}

/** All of it was built, with both sides of each conflict, and everything that went wrong was told. */
function expectWhole({ tasks, discoveries, events, fileOf }: Built): void {
  expect(tasks).toEqual(["Say c4: cancelled", ...landedTitles.map((title) => `${title}: complete`)].toSorted());
  for (const [file, text] of Object.entries(listedAfter)) expect(fileOf(file)).toBe(text);
  expect(fileOf("MEANWHILE.md")).toBe("Meanwhile");
  const known = discoveries.map((line) => line.split(": ")[1]);
  expect(known.filter((state) => state === "accepted")).toHaveLength(flood.listenedTo);
  expect(known.filter((state) => state === "inbox")).toHaveLength(flood.listenedTo);
  const many = (type: StoredEvent["type"]) => events.filter((event) => event.type === type).length;
  expect([many("conflict.found"), many("discovery.dropped")]).toEqual([2, flood.agents]);
  expect(
    events.filter(({ type, payload }) => type === "intervention.made" && payload.kind === "restart"),
  ).toMatchObject([{ payload: { task: "TSK-011" } }]);
}

let undisturbed: Built;

beforeAll(async () => {
  scratch = await Scratch.create();
  undisturbed = await leftAlone();
});
afterAll(() => scratch[Symbol.asyncDispose]());

/** The command line, from the request to the pull request. */
async function leftAlone(): Promise<Built> {
  const home = scratch.at("home-left-alone");
  await scratch.write("home-left-alone/config.yaml", config);
  const repository = await createRepository(scratch, "left-alone", listedBefore);
  await using server = await ServerProcess.start({ home });
  const running = runFeature({ scratch, home, repository, scenario, args: ["--size", "full"] });
  await server.until(hasLanded);
  await moveBase("left-alone");
  const { code, result, stderr } = await running;
  expect(code, stderr).toBe(0);
  expect(result?.criteria.filter(({ met }) => !met)).toEqual([]);
  return await expectBuiltOnce(server, { home, spec: "SPC-1" });
}

/** Where the server dies: at work, in a validation, while it lands, and over the resolution of a conflict. */
const points = [
  "implementation 1 attempt:collect:fetched",
  "validation 1 attempt:answer-1:effect",
  "implementation 1 attempt:land-1:effect",
  "resolution 2 attempt:resolution:effect",
];

test("a plan of twelve tasks that depend on each other both ways survives what agents and people do to it", () => {
  expectWhole(undisturbed);
});

const afterMs = Math.floor(Math.random() * 4000);

test(`and kill -9, over and over, also ${afterMs} ms after something has landed: the same is built, once`, async () => {
  const home = scratch.at("home-killed");
  await scratch.write("home-killed/config.yaml", config);
  await scratch.write("home-killed/points", points.join("\n"));
  const repository = await createRepository(scratch, "killed", listedBefore);
  await using mortal = new MortalServer(home);
  const request = { request: "Add a greet function", repository, size: "full", yes: true };
  const scripted = { agent: "scripted", model: "scripted", scenario };
  const { id } = await (await mortal.get()).post({ ...request, ...scripted });
  await mortal.until((server) => server.until(hasLanded));
  await moveBase("killed");
  await pause(afterMs);
  await mortal.kill();
  await mortal.until((server) => server.until(({ type }) => type === "base.moved"));
  await mortal.kill();
  await mortal.until((server) => server.untilOverOrGone(id));
  expect(mortal.kills).toBe(points.length + 2);

  const built = await expectBuiltOnce(await mortal.get(), { home, spec: id });
  expectWhole(built);
  const { tree, tasks, discoveries } = undisturbed;
  expect(built).toMatchObject({ tree, tasks, discoveries });
});
