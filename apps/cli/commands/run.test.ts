import { describe, expect, test } from "vitest";
import { runResultSchema } from "@omoios/contract/run-result";
import { ContractServer, token, type ContractServerOptions } from "../testing/contract-server.ts";
import { runCli, startCli } from "../testing/run-cli.ts";
import { provenRun, specView, storyOf, unprovenRun } from "../testing/sample-run.ts";

const proven: ContractServerOptions = {
  before: specView("executing"),
  after: specView("in_review"),
  events: storyOf(provenRun),
};

function environment(server: ContractServer): { readonly env: Readonly<Record<string, string>> } {
  return { env: { OMOIOS_URL: server.url, OMOIOS_TOKEN: token } };
}

describe("omoios run", () => {
  test("tells the run in at most 80 columns, then the result, and exits 0", async () => {
    await using server = await ContractServer.open(proven);
    const { code, stdout, stderr } = await runCli(
      ["run", "Add a /health page that answers 200", "--yes"],
      environment(server),
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(server.bodies[0]).toMatchObject({
      request: "Add a /health page that answers 200",
      size: "direct",
      yes: true,
    });
  });

  test("says what is in its way with what it would work with, asks for nothing, and exits 2", async () => {
    const model = { id: "anthropic:claude-sonnet-4-5", key: null, usable: false };
    const agent = { id: "claude", installed: false, version: null, models: [model] };
    const problems = [
      { at: "--repo", message: "/home/ada is no git repository", fix: "Run it in one, or name one with --repo" },
      { at: "--agent", message: "claude is not installed here", fix: "omoios agent install claude" },
      { at: "ANTHROPIC_API_KEY", message: "is not set", fix: "export ANTHROPIC_API_KEY=…" },
    ];
    await using server = await ContractServer.open({
      ...proven,
      outlook: { repository: null, agent, model, cost: { kind: "open", usd: null, unpriced: [] }, problems },
    });
    const { code, stdout, stderr } = await runCli(["run", "Add /health"], environment(server));
    expect(code).toBe(2);
    expect(stdout).toContain("  agent      claude (not installed) asks anthropic:claude-sonnet-4-5 (not ready)\n");
    for (const { fix } of problems) expect(stderr).toContain(`fix    ${fix}\n`);
    expect(server.requests).not.toContain("POST /api/v1/specs");
  });

  test("--json keeps what comes before it starts out of standard output", async () => {
    await using server = await ContractServer.open(proven);
    const { stdout, stderr } = await runCli(["run", "Add /health", "--yes", "--json"], environment(server));
    expect(stderr).toContain("  cost       nothing: no model is paid\n");
    for (const line of stdout.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("type");
  });

  test("goes on after a lost connection where it was, and tells nothing twice", async () => {
    await using server = await ContractServer.open({ ...proven, cutAfter: [4, 9] });
    const { code, stdout } = await runCli(["run", "Add /health", "--yes", "--json"], environment(server));
    expect(code).toBe(0);
    expect(server.streamStarts).toEqual([0, 4, 9]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly seq?: number });
    expect(lines.slice(0, -1).map((line) => line.seq)).toEqual(provenRun.map((_, index) => index + 1));
    expect(runResultSchema.parse(lines.at(-1)).spec.status).toBe("in_review");
  });

  test("exits 3 when the criteria are not met, and says what to do", async () => {
    const after = specView("executing", { attention: "TSK-001 is blocked: 3 attempts did not prove REQ-1.1" });
    await using server = await ContractServer.open({
      before: specView("executing"),
      after,
      events: storyOf(unprovenRun),
    });
    const { code, stdout } = await runCli(["run", "Add /health", "--yes"], environment(server));
    expect(code).toBe(3);
    expect(stdout).toMatchSnapshot();
  });

  test("exits 5 when a plan waits for a person", async () => {
    const person = { settings: { agent: "scripted", model: "scripted", approval: "person" } } as const;
    const asked = storyOf([
      ...provenRun.slice(0, 5),
      [470, "spec.moved", { label: "SPC-1", from: "planning", to: "awaiting_approval", reason: null }],
    ]);
    await using server = await ContractServer.open({
      before: specView("planning", person),
      after: specView("awaiting_approval", person),
      events: asked,
    });
    const { code, stdout } = await runCli(["run", "Add /health"], environment(server));
    expect(code).toBe(5);
    expect(stdout).toContain("omoios spec approve SPC-1");
  });

  test("--resume creates nothing and ends with what became of the spec", async () => {
    await using server = await ContractServer.open(proven);
    const { code, stdout } = await runCli(["run", "--resume", "SPC-1"], environment(server));
    expect(code).toBe(0);
    expect(server.requests).not.toContain("POST /api/v1/specs");
    expect(stdout).toContain("In review: 1 of 1 criterion proven");
  });

  test("--resume --yes approves a plan that waits", async () => {
    const waiting = specView("awaiting_approval");
    await using server = await ContractServer.open({ ...proven, before: waiting });
    const { code } = await runCli(["run", "--resume", "--yes"], environment(server));
    expect(code).toBe(0);
    expect(server.bodies).toContainEqual({ digest: waiting.planDigest });
  });

  test("Ctrl-C on another's server only stops watching, and exits 130", async () => {
    await using server = await ContractServer.open({ ...proven, holdAfter: 8 });
    const running = startCli(["run", "Add /health", "--yes"], environment(server));
    await running.printed("Running: Answer GET /health");
    running.child.kill("SIGINT");
    const { code, stdout } = await running.done;
    expect(code).toBe(130);
    expect(stdout).toContain("No longer watching. SPC-1 goes on in the server.");
    expect(stdout).toContain("omoios run --resume SPC-1");
    expect(server.requests).not.toContain("POST /api/v1/server/stop");
  });

  test("a wrong token is said with its fix, and is the last JSON line", async () => {
    await using server = await ContractServer.open(proven);
    const { code, stdout, stderr } = await runCli(["run", "Add /health", "--json"], {
      env: { OMOIOS_URL: server.url, OMOIOS_TOKEN: "wrong" },
    });
    expect(code).toBe(2);
    expect(stderr).toBe("error  The token is missing or wrong\nfix    Set OMOIOS_TOKEN\n");
    expect(JSON.parse(stdout)).toMatchObject({ type: "error", kind: "unauthenticated", exitCode: 2 });
  });
});
