import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { runResultSchema } from "@omoios/contract/run-result";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { git, Scratch } from "../e2e/testing/scratch.ts";
import { foreigners, obtain, scenarioFor } from "./published-packages.ts";

const reachable = await promisify(execFile)("npm", ["view", "escape-html", "version", "--fetch-retries=0"], {
  timeout: 60_000,
}).then(
  () => true,
  () => false,
);

describe.skipIf(!reachable)(`code nobody wrote for us${reachable ? "" : " (npm's registry cannot be reached)"}`, () => {
  let scratch: Scratch;

  beforeAll(async () => {
    scratch = await Scratch.create();
  });
  afterAll(() => scratch[Symbol.asyncDispose]());

  test.each(foreigners)("$spec: $request", async (foreign) => {
    const repository = await obtain(foreign, scratch);
    const scenario = await scratch.write("scenario.yaml", JSON.stringify(scenarioFor(foreign)));
    const { code, stdout, stderr } = await runCli(
      [
        ...["run", foreign.request, "--repo", repository, "--yes", "--json"],
        ...["--agent", "scripted", "--model", "scripted", "--scenario", scenario],
      ],
      { env: { OMOIOS_HOME: scratch.at("home"), OMOIOS_PORT: "0" } },
    );
    expect(code, `${stderr}${stdout.slice(-3000)}`).toBe(0);
    const result = runResultSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
    expect(result.criteria).toMatchObject([{ id: "REQ-1.1", met: true }]);
    expect(result.tasks).toMatchObject([{ status: "complete", attempts: 1 }]);
    expect(result.pullRequest?.branch).toMatch(/^spec\/SPC-1-/);
    expect(git(repository, "status", "--porcelain")).toBe("");
  });
});
