import type { ModelAccess } from "@omoios/engine/ports/gateway";
import type { Sandbox } from "@omoios/engine/ports/sandbox";
import { describeAgentRuntime, noTools } from "@omoios/engine/testing/agent-runtime.testsuite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { never, SandboxFixture, whyNoJail } from "../sandbox-local/testing/sandbox-fixture.ts";
import { createCommandAgent, type CommandAgentOptions } from "./create-command-agent.ts";

const obstacle = await whyNoJail();

const shell = (script: string, change: Partial<CommandAgentOptions> = {}) =>
  createCommandAgent({ argv: ["/bin/sh", "-c", script], brief: "stdin", env: {}, models: false, ...change });

describe.skipIf(obstacle !== null)(`a command as an agent${obstacle === null ? "" : ` (${obstacle})`}`, () => {
  const fixture = new SandboxFixture();
  let sandbox: Sandbox;

  beforeAll(async () => {
    const provider = await fixture.provider();
    const commit = fixture.project.commit({ "a.txt": "one\n" });
    const base = await provider.prepareBase(fixture.baseRequest(commit), never);
    sandbox = await provider.open(fixture.request("command", { base, commit }), never);
  });

  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]();
    fixture.remove();
  });

  describeAgentRuntime(() => ({
    sandbox: () => sandbox,
    worker: shell('echo "seen $(head -n 1 a.txt)"; echo done > done.txt'),
    idler: shell("echo begun; setsid sleep 43210 & sleep 43210"),
    failing: shell("echo trying; exit 7"),
  }));

  const kind = "implementation" as const;
  const assignment = {
    specId: "s1",
    taskTitle: "T",
    attemptNumber: 1,
    kind,
    turn: 1,
    brief: "Grüße\nzwei\n",
    messages: [],
    signal: never,
    tools: noTools,
  };
  const models = {
    baseUrl: "http://127.0.0.1:8787",
    token: "omoios-t",
    model: "claude-test",
    wire: "messages",
  } as const;

  async function told(agent: ReturnType<typeof shell>, access: ModelAccess = models): Promise<string> {
    const session = await agent.start({ ...assignment, sandbox, models: agent.usesModels ? access : null });
    let text = "";
    for await (const piece of session.activity) text += piece.text;
    return text;
  }

  test("reads its brief on standard input, which then ends", async () => {
    expect(await told(shell("cat; echo $A", { env: { A: "b" } }))).toBe("Grüße\nzwei\nb\n");
  });

  test("reads its brief in the file it is given the name of", async () => {
    expect(await told(shell('cat "$OMOIOS_BRIEF"; cat', { brief: "file" }))).toBe("Grüße\nzwei\n");
  });

  test("finds the agent tools at an address", async () => {
    expect(await told(shell('echo "$OMOIOS_MCP_URL"'))).toBe("http://127.0.0.1:8788/mcp\n");
  });

  test("gets the way to a model only when it asks models", async () => {
    const script = 'echo "$ANTHROPIC_BASE_URL $ANTHROPIC_API_KEY $ANTHROPIC_MODEL"';
    expect(await told(shell(script, { models: true }))).toBe("http://127.0.0.1:8787 omoios-t claude-test\n");
    expect(await told(shell(script))).toBe("  \n");
    const open = shell(script.replaceAll("ANTHROPIC", "OPENAI"), { models: true });
    expect(await told(open, { ...models, wire: "chat" })).toBe("http://127.0.0.1:8787/v1 omoios-t claude-test\n");
  });

  test("a program that is not there is named with where it has to be", async () => {
    const agent = createCommandAgent({ argv: ["no-such-agent"], brief: "stdin", env: {}, models: false });
    await expect(agent.start({ ...assignment, sandbox, models: null })).rejects.toThrow("no-such-agent");
  });
});
