import { taskSummarySchema } from "@omoios/contract/http-task";
import { apiPaths } from "@omoios/contract/http";
import { expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { conflictScenario, dropsBoth, joined, joins } from "./testing/conflict-scenario.ts";
import { runFeature } from "./testing/feature-run.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

test("a conflict no agent resolves is taken, resolved and handed back by a person, and lands", async () => {
  await using scratch = await Scratch.create();
  const home = scratch.at("home");
  await using server = await ServerProcess.start({ home });
  const repository = await createRepository(scratch);
  const scenario = conflictScenario();
  const run = await runFeature({ scratch, home, repository, scenario, args: ["--size", "light"] });
  expect(run.code, run.stderr).toBe(5);

  const cli = async (...args: readonly string[]) => runCli(args, { env: { OMOIOS_HOME: home }, cwd: repository });
  const listed = await cli("conflict", "list");
  expect(listed.stdout).toMatch(/^TSK-00[12] {2}Waits for you .*README\.md: Say (?:hello|goodbye)$/mu);
  const task = /TSK-00[12]/u.exec(listed.stdout)?.[0] ?? "";
  const shown = (await cli("conflict", "show", task)).stdout;
  for (const said of ["The work that comes in", "What landed meanwhile", "says hello", "says goodbye"]) {
    expect(shown).toContain(said);
  }

  expect((await cli("conflict", "take", task)).stdout).toContain(`omoios conflict done ${task}`);
  const early = await cli("conflict", "done", task);
  expect(early.code).toBe(2);
  expect(early.stderr).toContain("a conflict marker was left");
  git(repository, "switch", "--quiet", `conflict/${task}`);
  await scratch.write("tiny/README.md", joined);
  git(repository, "commit", "--quiet", "--all", "-m", "Resolve by hand");
  const done = await cli("conflict", "done", task);
  expect(done.code, done.stderr).toBe(0);
  const resumed = await cli("run", "--resume");
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);

  expect(await server.client.get(apiPaths.task(task), taskSummarySchema.loose())).toMatchObject({ status: "complete" });
  expect((await cli("conflict", "list")).stdout.trim()).toBe("Nothing conflicts.");
  expect((await cli("pr", "take", "SPC-1")).code).toBe(0);
  const branch = git(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/spec/");
  expect(git(repository, "show", `${branch}:README.md`)).toBe(joined.trimEnd());
  expect(git(repository, "log", "--format=%s", branch)).not.toContain("to be resolved");
});

const opening = "- opening: says open\n";
const withOpening = `${joined}${opening}`;
const bringsBoth = [{ write: { path: "README.md", content: withOpening } }, { submit: "Both lists are one" }];

/** A feature in review whose base branch moves on in the very lines the feature changed, and is asked for. */
async function refreshedInConflict(
  scratch: Scratch,
  { home, resolve }: { readonly home: string; readonly resolve: readonly (typeof joins)[] },
) {
  const repository = await createRepository(scratch);
  const both = conflictScenario([joins]);
  const baseMerge = { task: "Bring in main", attempts: [[...joins]], resolve: resolve.map((steps) => [...steps]) };
  const scenario = { ...both, agent: [...both.agent, baseMerge] };
  const run = await runFeature({ scratch, home, repository, scenario, args: ["--size", "light"] });
  expect(run.code, run.stderr).toBe(0);
  await scratch.write("tiny/README.md", `# tiny\n\nGreets people.\n${opening}`);
  git(repository, "commit", "--quiet", "--all", "-m", "List the opening");
  const cli = async (...args: readonly string[]) => runCli(args, { env: { OMOIOS_HOME: home }, cwd: repository });
  const refreshed = await cli("pr", "refresh", "SPC-1");
  expect(refreshed.stdout, refreshed.stderr).toContain("TSK-003 brings it in");
  return { repository, cli, base: git(repository, "rev-parse", "main") };
}

/** What a reviewer takes: both sides' lines, on top of the base branch as it is now. */
async function expectBothSides({ repository, cli, base }: Awaited<ReturnType<typeof refreshedInConflict>>) {
  expect((await cli("pr", "take", "SPC-1")).code).toBe(0);
  const branch = git(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/spec/");
  expect(git(repository, "show", `${branch}:README.md`)).toBe(withOpening.trimEnd());
  expect(git(repository, "merge-base", branch, "main")).toBe(base);
  expect(git(repository, "rev-parse", "main")).toBe(base);
  const merged = await cli("pr", "merge", "SPC-1");
  expect(merged.code, merged.stderr).toBe(0);
}

test("a refreshed pull request whose base conflicts is resolved by an agent; one that loses lines is sent back", async () => {
  await using scratch = await Scratch.create();
  const home = scratch.at("home");
  await using server = await ServerProcess.start({ home });
  const review = await refreshedInConflict(scratch, { home, resolve: [dropsBoth, bringsBoth] });
  const resumed = await review.cli("run", "--resume", "SPC-1");
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  expect((await review.cli("task", "show", "TSK-003")).stdout).toContain("a line that one side added is gone");
  expect(await server.client.get(apiPaths.task("TSK-003"), taskSummarySchema.loose())).toMatchObject({
    status: "complete",
  });
  await expectBothSides(review);
});

test("a refreshed pull request whose base no agent can bring in is resolved by a person, proven, and open again", async () => {
  await using scratch = await Scratch.create();
  const home = scratch.at("home");
  await using _server = await ServerProcess.start({ home });
  const review = await refreshedInConflict(scratch, { home, resolve: [dropsBoth] });
  const stopped = await review.cli("run", "--resume", "SPC-1");
  expect(stopped.code, stopped.stdout + stopped.stderr).toBe(5);
  const early = await review.cli("pr", "merge", "SPC-1");
  expect(early.code, early.stdout).toBe(2);
  expect((await review.cli("conflict", "show", "TSK-003")).stdout).toContain("says open");
  expect((await review.cli("conflict", "take", "TSK-003")).code).toBe(0);
  git(review.repository, "switch", "--quiet", "conflict/TSK-003");
  await scratch.write("tiny/README.md", withOpening);
  git(review.repository, "commit", "--quiet", "--all", "-m", "Keep both lists");
  git(review.repository, "switch", "--quiet", "main");
  const done = await review.cli("conflict", "done", "TSK-003");
  expect(done.code, done.stderr).toBe(0);
  const resumed = await review.cli("run", "--resume", "SPC-1");
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  await expectBothSides(review);
});
