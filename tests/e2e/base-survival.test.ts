import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ScenarioStep } from "@omoios/contract/scenario";
import { expect, test } from "vitest";
import { expectBuiltOnce } from "./testing/built-once.ts";
import { claim, goodGreeting, greetScenario } from "./testing/greet-scenario.ts";
import { MortalServer } from "./testing/mortal-server.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";

const mergedGreeting = "export const greet = (name) => `Hello, ${name}!`;\nexport const leave = () => `Bye!`;\n";

interface BaseMove {
  /** What the base branch gains while the feature is built. */
  readonly file: string;
  readonly content: string;
  /** What an agent does about the conflict, if there is one. */
  readonly resolve?: readonly ScenarioStep[];
  /** The checkpoints, as `<kind> <attempt> <name>`, at which the server is killed. */
  readonly killsAt: RegExp;
}

/** Runs a feature whose base branch moves on under its first attempt; the server dies once at each of the points. */
async function play(
  { scratch, name }: { readonly scratch: Scratch; readonly name: string },
  base: BaseMove,
  points: readonly string[],
) {
  const home = scratch.at(`${name}-home`);
  await scratch.write(`${name}-home/points`, points.join("\n"));
  const repository = await createRepository(scratch, name);
  const greets = greetScenario({ attempts: [[{ wait: 1500 }, goodGreeting, claim]] });
  const resolves = base.resolve === undefined ? {} : { resolve: [[...base.resolve]] };
  await using mortal = new MortalServer(home);
  const server = await mortal.get();
  const agent = greets.agent.map((each) => ({ ...each, ...resolves }));
  const { id } = await server.request(repository, { ...greets, agent });
  await server.until((event) => event.type === "attempt.moved" && event.payload.to === "working");
  await writeFile(join(repository, base.file), base.content);
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "-m", "Go on meanwhile");
  await mortal.until((one) => one.untilOverOrGone(id));
  const reviewed = await mortal.get();
  const spec = await reviewed.spec(id);
  const built = await expectBuiltOnce(reviewed, { home, spec: id });
  expect(built.tasks).toEqual(["Bring in main: complete", "Write greet: complete"]);
  expect(built.events.filter(({ type }) => type === "pull_request.opened")).toHaveLength(1);
  const landed = built.events.flatMap((event) =>
    event.type === "candidate.moved" && event.payload.to === "landed" ? [event.payload.commit] : [],
  );
  const hub = join(home, "projects", spec.project.id, "hub.git");
  const tip = git(hub, "rev-parse", `refs/heads/${spec.branch}`);
  expect([landed.length, landed.at(-1)]).toEqual([2, tip]);
  const moved = git(repository, "rev-parse", "main");
  expect(git(hub, "merge-base", tip, moved)).toBe(moved);
  const passed = (await readFile(join(home, "passed"), "utf8")).trim().split("\n");
  return { tree: built.tree, kills: mortal.kills, points: [...new Set(passed)] };
}

test.each<BaseMove & { readonly named: string }>([
  { named: "merges cleanly", file: "CHANGES.md", content: "Meanwhile\n", killsAt: /^base_merge 1 / },
  {
    named: "conflicts, and an agent resolves it",
    file: "greet.js",
    content: "export const leave = () => `Bye!`;\n",
    resolve: [{ write: { path: "greet.js", content: mergedGreeting } }, claim],
    killsAt: /^(?:base_merge|resolution) .*:effect$/u,
  },
])(
  "kill -9 at checkpoints while a base that moved on is brought in and $named: the same tree, nothing twice",
  async (base) => {
    await using scratch = await Scratch.create();
    const undisturbed = await play({ scratch, name: "undisturbed" }, base, []);
    const points = undisturbed.points.filter((point) => base.killsAt.test(point));
    expect(points.length).toBeGreaterThan(5);
    const killed = await play({ scratch, name: "killed" }, base, points);
    expect(killed.kills).toBe(points.length);
    expect(killed.tree).toBe(undisturbed.tree);
  },
  300_000,
);
