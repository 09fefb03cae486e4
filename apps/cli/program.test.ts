import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cliErrorSchema } from "@omoios/contract/cli-error";
import { ContractServer } from "./testing/contract-server.ts";
import { runCli } from "./testing/run-cli.ts";
import { specView } from "./testing/sample-run.ts";

describe("usage", () => {
  test("help names every group and fits into 80 columns", async () => {
    const { code, stdout } = await runCli(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Server and machine:");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test.each([
    { args: ["run"], said: "error  feature  is missing: say in a sentence what to build" },
    { args: ["rnu"], said: "fix    Did you mean run?" },
    { args: ["run", "x", "--repo"], said: "option '--repo <folder>' argument missing" },
    { args: ["run", "x", "--size", "huge"], said: '"direct"|"light"|"full"' },
    { args: ["run", "x", "--repo", "https://example.com/x.git"], said: "fix    git clone https://example.com/x.git" },
    { args: ["run", "  "], said: "feature  is empty: say in a sentence what to build" },
    { args: ["run", "x", "--resume"], said: "cannot be given with --resume" },
    { args: ["events", "--after", "soon"], said: "Write a whole number from 0" },
    { args: ["status", "--url", "localhost"], said: "error  --url  localhost is not a URL" },
    { args: ["status"], said: "fix    Start one with: omoios up" },
    { args: ["spec", "show", "SPC-1", "SPC-2"], said: "fix    See how it is used: omoios spec show --help" },
  ])("omoios $args exits 2 and says: $said", async ({ args, said }) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr.replaceAll(/\n {7,}/gu, " ")).toContain(said);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("a request of 20 kB is refused before a server is started", async () => {
    const { code, stderr } = await runCli(["run", "x".repeat(20_001)]);
    expect(stderr).toContain("is 20001 characters long, at most 20000 are read");
    expect(code).toBe(2);
  });

  test("--json ends with the error as one line", async () => {
    const { stdout } = await runCli(["status", "--json"]);
    expect(cliErrorSchema.parse(JSON.parse(stdout))).toMatchObject({ type: "error", kind: "unavailable", exitCode: 2 });
  });

  test("--version prints the version", async () => {
    expect(await runCli(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });

  test("a completion script knows the commands there are", async () => {
    const { stdout } = await runCli(["completion", "bash"]);
    expect(stdout).toContain('"spec") next="list show approve reject edit regenerate accept cancel');
  });
});

describe("scenario files", () => {
  test("every mistake is listed with its line", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "omoios-cli-")), "s.yaml");
    await writeFile(
      file,
      "version: 2\nmodel: {}\nagent:\n  - task: x\n    attempts:\n      - - wriet: {}\n        - wait: soon\n",
    );
    const { code, stdout } = await runCli(["run", "x", "--scenario", file, "--json"]);
    const { problems } = cliErrorSchema.parse(JSON.parse(stdout));
    expect(problems.map(({ at }) => at.slice(file.length))).toEqual([":1", ":6", ":7"]);
    expect(problems[1]?.message).toContain("is no step: write, replace");
    expect(code).toBe(2);
  });

  test("broken YAML is refused with its line", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "omoios-cli-")), "s.yaml");
    await writeFile(file, "version: 1\nmodel: [\n");
    const { code, stderr } = await runCli(["run", "x", "--scenario", file]);
    expect(stderr).toContain(`${file}:`);
    expect(code).toBe(2);
  });
});

describe("which server", () => {
  test("a server of another version is not spoken to", async () => {
    const home = await mkdtemp(join(tmpdir(), "omoios-cli-"));
    const view = specView("executing");
    await using server = await ContractServer.open({ before: view, after: view, events: [] });
    const file = { url: server.url, pid: process.pid, startedAt: new Date().toISOString(), version: "0.0.1" };
    await writeFile(join(home, "server.json"), JSON.stringify(file));
    const { code, stderr } = await runCli(["status", "--home", home]);
    expect(stderr.replaceAll(/\s+/gu, " ")).toContain(
      `is version 0.0.1; this command is version 0.1.0 fix End it with: omoios stop`,
    );
    expect(code).toBe(2);
  });

  test("the file of a server that is gone counts as no server", async () => {
    const home = await mkdtemp(join(tmpdir(), "omoios-cli-"));
    const file = { url: "http://127.0.0.1:9", pid: 1, startedAt: new Date().toISOString(), version: "0.1.0" };
    await writeFile(join(home, "server.json"), JSON.stringify(file));
    const { code, stderr } = await runCli(["status", "--home", home]);
    expect(stderr).toContain(`No OmoiOS server runs with the home ${home}`);
    expect(code).toBe(2);
  });
});
