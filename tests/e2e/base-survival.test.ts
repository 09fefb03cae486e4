import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ScenarioStep } from "@omoios/contract/scenario";
import { expect, test } from "vitest";
import { claim, goodGreeting, greetScenario } from "./testing/greet-scenario.ts";
import { processesAround, sandboxesIn } from "./testing/remains.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { killingEntry, ServerProcess } from "./testing/server-process.ts";

const mergedGreeting = "export const greet = (name) => `Hello, ${name}!`;\nexport const leave = () => `Bye!`;\n";

interface BaseMove {
  /** What the base branch gains while the feature is built. */
  readonly file: string;
  readonly content: string;
  /** What an agent does about the conflict, if there is one. */
  readonly resolve?: readonly (readonly ScenarioStep[])[];
  /** The checkpoints, as `<kind> <attempt> <name>`, at which the server is killed. */
  readonly killsAt: RegExp;
}

interface Played {
  readonly tree: string;
  readonly points: readonly string[];
  readonly kills: number;
}

/** Runs a feature whose base branch moves on under its first attempt, and is killed once at each point of `plan`. */
async function play(
  { scratch, name }: { readonly scratch: Scratch; readonly name: string },
  base: BaseMove,
  plan: readonly string[],
): Promise<Played> {
  const home = scratch.at(`${name}-home`);
  const repository = await createRepository(scratch, name);
  const passed = scratch.at(`${name}-passed`);
  const planned = await scratch.write(`${name}-plan`, plan.join("\n"));
  const greets = greetScenario({ attempts: [[{ wait: 1500 }, goodGreeting, claim]] });
  const joins = base.resolve?.map((steps) => [...steps]);
  const agent = greets.agent.map((each) => (joins === undefined ? each : { ...each, resolve: joins }));
  let specId: string | null = null;
  for (let kills = 0; ; kills += 1) {
    const server = await ServerProcess.tryStart({ home, entry: killingEntry, args: [passed, planned] });
    if (!(server instanceof ServerProcess)) {
      expect(server.signal).toBe("SIGKILL");
      continue;
    }
    await using running = server;
    if (specId === null) {
      specId = (await running.request(repository, { ...greets, agent })).id;
      await running.until((event) => event.type === "attempt.moved" && event.payload.to === "working");
      await writeFile(join(repository, base.file), base.content);
      git(repository, "add", "--all");
      git(repository, "commit", "--quiet", "-m", "Go on meanwhile");
    }
    if ((await running.untilOverOrGone(specId)) === null) {
      expect(await running.ended, running.log).toEqual({ code: null, signal: "SIGKILL" });
      continue;
    }
    const tree = await expectReviewed(running, { home, specId, repository });
    return { tree, kills, points: [...new Set((await readFile(passed, "utf8")).trim().split("\n"))] };
  }
}

/** One pull request on the newest base, everything landed once and nothing left behind. */
async function expectReviewed(
  server: ServerProcess,
  { home, specId, repository }: { readonly home: string; readonly specId: string; readonly repository: string },
): Promise<string> {
  const [spec, events] = [await server.spec(specId), await server.events()];
  expect(spec.status, `${String(spec.attention)}\n${server.log}`).toBe("in_review");
  expect(spec.goal).toEqual({ met: 1, total: 1 });
  expect(spec.tasks.map(({ status }) => status)).toEqual(["complete", "complete"]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  const landed = events.flatMap((event) =>
    event.type === "candidate.moved" && event.payload.to === "landed" ? [event.payload.commit] : [],
  );
  expect(landed).toEqual([...new Set(landed)]);
  expect(landed).toHaveLength(2);
  expect(events.filter(({ type }) => type === "pull_request.opened")).toHaveLength(1);
  expect((await server.status()).slots.held).toBe(0);
  const hub = join(home, "projects", spec.project.id, "hub.git");
  const tip = git(hub, "rev-parse", `refs/heads/${spec.branch}`);
  expect(tip).toBe(landed.at(-1));
  const base = git(repository, "rev-parse", "main");
  expect(git(hub, "merge-base", tip, base)).toBe(base);
  await server.end("SIGTERM");
  expect(await sandboxesIn(home)).toEqual([]);
  expect(await processesAround(home)).toEqual([]);
  return git(hub, "rev-parse", `${tip}^{tree}`);
}

test.each<BaseMove & { readonly named: string }>([
  {
    named: "merges cleanly",
    ...{ file: "CHANGES.md", content: "Meanwhile\n", killsAt: /^base_merge 1 / },
  },
  {
    named: "conflicts, and an agent resolves it",
    ...{
      file: "greet.js",
      content: "export const leave = () => `Bye!`;\n",
      killsAt: /^(?:base_merge|resolution) .*:effect$/u,
    },
    resolve: [[{ write: { path: "greet.js", content: mergedGreeting } }, claim]],
  },
])(
  "kill -9 at checkpoints while a base that moved on is brought in and $named: the same tree, nothing twice",
  async (base) => {
    await using scratch = await Scratch.create();
    const undisturbed = await play({ scratch, name: "undisturbed" }, base, []);
    const plan = undisturbed.points.filter((point) => base.killsAt.test(point));
    expect(plan.length).toBeGreaterThan(5);
    const killed = await play({ scratch, name: "killed" }, base, plan);
    expect(killed.kills).toBe(plan.length);
    expect(killed.tree).toBe(undisturbed.tree);
  },
  300_000,
);
