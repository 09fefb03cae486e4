import { taskSummarySchema } from "@omoios/contract/http-task";
import { apiPaths } from "@omoios/contract/http";
import { expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { conflictScenario, joined } from "./testing/conflict-scenario.ts";
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
