import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";
import type { EventType, StoredEvent } from "@omoios/contract/events";
import { runResultSchema } from "@omoios/contract/run-result";
import { serverFileSchema } from "@omoios/contract/server-file";
import { attemptMoves } from "@omoios/domain/attempt/state";
import { finalStates } from "@omoios/domain/shared/moves";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, startCli } from "../../apps/cli/testing/run-cli.ts";
import { featureArgs } from "./testing/feature-run.ts";
import { claim, goodGreeting, greetScenario, wrongGreeting } from "./testing/greet-scenario.ts";
import { processesAround, sandboxesIn } from "./testing/remains.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { killingEntry, ServerProcess } from "./testing/server-process.ts";

/** The first attempt is wrong and is sent back, the second one lands. */
const scenario = greetScenario({
  attempts: [
    [wrongGreeting, claim],
    [goodGreeting, claim],
  ],
});

let scratch: Scratch;
let repository: string;
/** A home whose first start is behind it; a copy of it starts much faster than a new one. */
let template: string;
/** What the uninterrupted run left, and the checkpoints it passed, as `<kind> <attempt> <name>`. */
let reference: { readonly tree: string; readonly points: readonly string[] };
let homes = 0;

beforeAll(async () => {
  scratch = await Scratch.create();
  repository = await createRepository(scratch);
  template = scratch.at("template");
  await (await ServerProcess.start({ home: template })).end("SIGTERM");
  reference = await uninterruptedRun();
});

afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
});

async function newHome(): Promise<string> {
  homes += 1;
  const home = scratch.at(`home-${homes}`);
  await cp(template, home, { recursive: true, preserveTimestamps: true });
  await rm(join(home, "logs"), { recursive: true, force: true });
  await mkdir(join(home, "logs"), { recursive: true });
  return home;
}

async function uninterruptedRun() {
  const home = await newHome();
  const passed = scratch.at("passed-uninterrupted");
  await using server = await ServerProcess.start({ home, entry: killingEntry, args: [passed] });
  const { id } = await server.request(repository, scenario);
  await server.untilOver(id);
  const tree = await expectFinished(server, { home, specId: id, kills: 0 });
  return { tree, points: [...new Set((await readFile(passed, "utf8")).trim().split("\n"))] };
}

/** Everything that has to hold after a run, however often it was interrupted. Returns the tree that landed. */
async function expectFinished(
  server: ServerProcess,
  of: { readonly home: string; readonly specId: string; readonly kills: number },
): Promise<string> {
  const [spec, events] = [await server.spec(of.specId), await server.events()];
  expect(spec.status, `${spec.attention}\n${attemptEnds(events).join("\n")}\n${server.log}`).toBe("in_review");
  expect(spec.goal).toEqual({ met: 1, total: 1 });
  expect(attemptEnds(events)).toEqual([expect.stringMatching(/^1 rejected: REQ-1.1 not met/u), "2 landed: null"]);
  expect(spec.tasks.map((task) => task.status)).toEqual(["complete"]);
  expect(events.map((event) => event.seq)).toEqual(events.map((_event, index) => index + 1));
  expectOnce(events);
  // A call the process died over is made again; one that was booked is not. The least is a plan and a verdict each.
  expect(spec.usage.calls).toBeGreaterThanOrEqual(3);
  expect(spec.usage.calls).toBeLessThanOrEqual(4 + of.kills);
  const hub = join(of.home, "projects", spec.project.id, "hub.git");
  const range = `${spec.base.commit}..refs/heads/${spec.branch}`;
  expect(git(hub, "rev-list", "--count", "--merges", range)).toBe("1");
  expect(git(hub, "rev-list", "--count", "--no-merges", range)).toBe("1");
  expect((await server.status()).slots.held).toBe(0);
  await server.end("SIGTERM");
  expect(await sandboxesIn(of.home)).toEqual([]);
  expect(await processesAround(of.home)).toEqual([]);
  return git(hub, "rev-parse", `refs/heads/${spec.branch}^{tree}`);
}

function attemptEnds(events: readonly StoredEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== "attempt.moved" || !finalStates(attemptMoves).includes(event.payload.to)) return [];
    return [`${event.payload.number} ${event.payload.to}: ${event.payload.reason}`];
  });
}

function expectOnce(events: readonly StoredEvent[]): void {
  const told = (type: EventType) => events.filter((event) => event.type === type);
  const keys = events.flatMap((event) => {
    if (event.type === "evidence.recorded")
      return [`${event.attemptId} ${event.payload.subject} ${event.payload.criterion}`];
    // A verdict that does not count is asked for once more.
    if (event.type === "verdict.recorded" && event.payload.voidReason === null)
      return [`${event.attemptId} verdict ${event.payload.criterion}`];
    if (event.type === "diff.judged") return [`${event.attemptId} diff`];
    if (event.type === "candidate.moved") return [`${event.attemptId} candidate ${event.payload.to}`];
    return [];
  });
  expect(keys).toEqual([...new Set(keys)]);
  expect(told("pull_request.opened")).toHaveLength(1);
  const completed = events.filter((event) => event.type === "task.moved" && event.payload.to === "complete");
  expect(completed).toHaveLength(1);
}

/** Starts servers on a home, one after the other, until the spec is over; each may die on the way. */
async function playOn(
  home: string,
  start: { readonly entry: string; readonly args: readonly string[] },
): Promise<{ readonly server: ServerProcess; readonly specId: string; readonly kills: number }> {
  let specId: string | null = null;
  for (let kills = 0; ; kills += 1) {
    const server = await ServerProcess.tryStart({ home, ...start });
    if (!(server instanceof ServerProcess)) {
      expect(server.signal).toBe("SIGKILL");
      continue;
    }
    specId ??= (await server.request(repository, scenario)).id;
    if ((await server.untilOverOrGone(specId)) !== null) return { server, specId, kills };
    expect(await server.ended, server.log).toEqual({ code: null, signal: "SIGKILL" });
  }
}

async function killAtEvery(points: readonly string[]): Promise<void> {
  const home = await newHome();
  const passed = join(home, "passed");
  const plan = join(home, "plan");
  await writeFile(plan, points.join("\n"));
  const { server, specId, kills } = await playOn(home, { entry: killingEntry, args: [passed, plan] });
  await using _server = server;
  expect(await expectFinished(server, { home, specId, kills })).toBe(reference.tree);
  expect(kills).toBe(points.length);
}

/** Thirty restarts in a row: about 2 s each on a machine with nothing else to do. */
const chainMs = 600_000;

describe("kill -9 at every checkpoint, one after the other", { timeout: chainMs }, () => {
  test("of the attempt that is sent back", async () => {
    await killAtEvery(reference.points.filter((point) => /^\w+ 1 /u.test(point)));
  });

  test("of the attempt that lands", async () => {
    await killAtEvery(reference.points.filter((point) => /^\w+ 2 /u.test(point)));
  });
});

test("kill -9 at random moments, from the request on", async () => {
  const home = await newHome();
  const random = mulberry32(20_261_122);
  const plan = { kills: 8, made: 0 };
  let specId: string | null = null;
  for (;;) {
    await using server = await ServerProcess.start({ home });
    specId ??= (await server.request(repository, scenario)).id;
    const over = server.untilOverOrGone(specId);
    const isOver = plan.made < plan.kills && (await Promise.race([over, pause(random() * 1800, "kill" as const)]));
    if (isOver === "kill") {
      plan.made += 1;
      await server.end("SIGKILL");
      continue;
    }
    await over;
    expect(plan.made).toBeGreaterThan(3);
    expect(await expectFinished(server, { home, specId, kills: plan.made })).toBe(reference.tree);
    return;
  }
});

/** Seeded, so that a run that fails can be made again. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The same work by agents that take their time, so that a signal finds them working. */
const slowScenario = greetScenario({
  attempts: [
    [{ wait: 1500 }, wrongGreeting, claim],
    [{ wait: 1500 }, goodGreeting, claim],
  ],
});

test("SIGTERM parks the attempt and frees its slot within 10 s; the next start goes on", async () => {
  const home = await newHome();
  const specId = await parkEveryAttempt(home);
  await using server = await ServerProcess.start({ home });
  await server.untilOver(specId);
  const parked = (await server.events()).filter(
    (event) => event.type === "attempt.moved" && event.payload.to === "parked",
  );
  expect(parked).toHaveLength(2);
  expect(await expectFinished(server, { home, specId, kills: 0 })).toBe(reference.tree);
});

async function parkEveryAttempt(home: string): Promise<string> {
  let specId: string | null = null;
  for (const number of [1, 2]) {
    await using server = await ServerProcess.start({ home });
    specId ??= (await server.request(repository, slowScenario)).id;
    await server.until(
      (event) => event.type === "attempt.moved" && event.payload.number === number && event.payload.to === "working",
    );
    const asked = performance.now();
    expect(await server.end("SIGTERM"), server.log).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(await processesAround(home)).toEqual([]);
  }
  if (specId === null) throw new Error("No spec was requested");
  return specId;
}

test("Ctrl-C of a run that started its own server parks it, exit 130; --resume finishes it", async () => {
  const home = await newHome();
  const env = { OMOIOS_HOME: home, OMOIOS_PORT: "0" };
  const run = startCli([...(await featureArgs({ scratch, home, repository, scenario: slowScenario })), "--json"], {
    env,
  });
  await run.printed('"to":"working"');
  run.child.kill("SIGINT");
  const interrupted = await run.done;
  expect(interrupted.code, interrupted.stderr).toBe(130);
  expect(await processesAround(home)).toEqual([]);
  const resumed = await runCli(["run", "--resume", "--repo", repository, "--json"], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  const { spec } = runResultSchema.parse(JSON.parse(resumed.stdout.trimEnd().split("\n").at(-1) ?? ""));
  await using server = await ServerProcess.start({ home });
  expect(await expectFinished(server, { home, specId: (await server.spec(spec.id)).id, kills: 0 })).toBe(
    reference.tree,
  );
});

test("up parks on Ctrl-C and goes on; after a power cut and a reboot run --resume goes on in spite of what is left", async () => {
  const home = await newHome();
  const env = { OMOIOS_HOME: home, OMOIOS_PORT: "0" };
  const up = startCli(["up", "--json"], { env });
  await up.printed('"type":"up"');
  const run = startCli([...(await featureArgs({ scratch, home, repository, scenario: slowScenario })), "--json"], {
    env,
  });
  await run.printed('"number":1,"from":"provisioning","to":"working"');
  run.child.kill("SIGINT");
  expect((await run.done).code).toBe(130);
  up.child.kill("SIGINT");
  expect(await up.done).toMatchObject({ code: 0, stderr: expect.stringContaining("Parked: SPC-1") as string });

  const detached = await runCli(["up", "--detach", "--json"], { env });
  const { pid } = JSON.parse(detached.stdout) as { readonly pid: number };
  const watch = startCli(["watch", "SPC-1", "--json"], { env });
  await watch.printed('"number":2,"from":"provisioning","to":"working"');
  process.kill(pid, "SIGKILL");
  watch.child.kill("SIGINT");
  await watch.done;
  await pretendReboot(home);

  const resumed = await runCli(["run", "--resume", "--repo", repository, "--json"], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  const { spec } = runResultSchema.parse(JSON.parse(resumed.stdout.trimEnd().split("\n").at(-1) ?? ""));
  await using server = await ServerProcess.start({ home });
  expect(await expectFinished(server, { home, specId: (await server.spec(spec.id)).id, kills: 1 })).toBe(
    reference.tree,
  );
});

/** What a dead server left says of it what it would say after a reboot: another boot, and a number somebody else has. */
async function pretendReboot(home: string): Promise<void> {
  const serverFile = join(home, "server.json");
  const left = serverFileSchema.parse(JSON.parse(await readFile(serverFile, "utf8")));
  await writeFile(serverFile, JSON.stringify({ ...left, pid: process.pid }));
  const records: string[] = [];
  for await (const path of glob("**/{holder,jail}.json", { cwd: home })) records.push(join(home, path));
  expect(records.length).toBeGreaterThan(1);
  for (const path of records) {
    const record = JSON.parse(await readFile(path, "utf8")) as { readonly bootId: string };
    expect(record.bootId).not.toBe("");
    await writeFile(path, JSON.stringify({ ...record, pid: process.pid, bootId: crypto.randomUUID() }));
  }
}
