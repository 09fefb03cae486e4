import type { AgentToolCall } from "@omoios/contract/agent-tools";
import { agentToolNames } from "@omoios/contract/agent-tools";
import type { OpenTools } from "@omoios/engine/ports/agent-tools";
import type { Sandbox } from "@omoios/engine/ports/sandbox";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import { createBridgeServer } from "../bridge/serve-sandbox.ts";
import { never, SandboxFixture, whyNoJail } from "../sandbox-local/testing/sandbox-fixture.ts";
import { openAgentTools, toolsSocket } from "./open-agent-tools.ts";

await buildJailPrograms();
const obstacle = await whyNoJail();
const node = "/opt/node/bin/node";
const answersSchema = z.array(z.object({ status: z.number(), text: z.string() }));
const initialize = {
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "an agent", version: "1" } },
};

/** Posts each body after the one before, by address, as any MCP client would. */
const client = `
  const answers = [];
  for (const body of JSON.parse(process.argv[1])) {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const response = await fetch("URL", { method: "POST", headers, body: body === "large" ? "x".repeat(300_000) : body });
    answers.push({ status: response.status, text: await response.text() });
  }
  console.log(JSON.stringify(answers));`;

describe.skipIf(obstacle !== null)(`the agent tools${obstacle === null ? "" : ` (${obstacle})`}`, () => {
  const fixture = new SandboxFixture();
  const calls: AgentToolCall[] = [];
  const troubles: unknown[] = [];
  const offered = agentToolNames.filter((name) => name !== "ask_question");
  let sandbox: Sandbox;
  let tools: OpenTools;
  let carryOut: (call: AgentToolCall) => Promise<{ readonly text: string; readonly isError: boolean }>;

  beforeAll(async () => {
    const relay = fileURLToPath(new URL("../bridge/dist", import.meta.url));
    const provider = await fixture.provider({ programs: [{ hostPath: relay, jailPath: "/opt/agents/bridge" }] });
    const commit = fixture.project.commit({ "a.txt": "one\n" });
    const base = await provider.prepareBase(fixture.baseRequest(commit), never);
    sandbox = await provider.open(fixture.request("tools", { base, commit }, { bridge: true }), never);
    const relayPath = "/opt/agents/bridge/relay.mjs";
    tools = await openAgentTools({
      serve: createBridgeServer({ relayPath, nodePath: node, ports: { [toolsSocket]: 8788 } }),
      version: "1.0.0",
      onError: (error) => troubles.push(error),
    }).open({ sandbox, loopback: true, offered, carryOut: (call) => carryOut(call) });
  });

  beforeEach(() => {
    calls.length = 0;
    carryOut = (call) => {
      calls.push(call);
      return Promise.resolve({ text: "Noted.", isError: false });
    };
  });

  afterAll(async () => {
    await tools[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    fixture.remove();
  });

  async function post(...bodies: readonly string[]) {
    const argv = [node, "--input-type=module", "-e", client.replace("URL", tools.access.url ?? "")];
    const { stdout, stderr } = await sandbox.run({ argv: [...argv, JSON.stringify(bodies)], timeoutMs: 20_000 });
    if (stdout === "") throw new Error(stderr);
    return answersSchema.parse(JSON.parse(stdout));
  }

  const rpc = (message: object, id: number | null = 1) =>
    JSON.stringify({ jsonrpc: "2.0", ...(id === null ? {} : { id }), ...message });
  const call = (name: string, given: unknown) => rpc({ method: "tools/call", params: { name, arguments: given } });

  test("speak MCP from inside a jail: greeting, list with schemas, call", async () => {
    const [greeted, noted, listed, called] = await post(
      rpc(initialize),
      rpc({ method: "notifications/initialized" }, null),
      rpc({ method: "tools/list" }),
      call("report_progress", { message: "half way", percent: 50 }),
    );
    expect(greeted?.text).toContain('"name":"omoios"');
    expect(noted?.status).toBe(202);
    for (const name of offered) expect(listed?.text).toContain(`"name":"${name}"`);
    expect(listed?.text).not.toContain("ask_question");
    expect(listed?.text).toContain('"maxLength":500');
    expect(called?.text).toContain("Noted.");
    expect(calls).toEqual([{ tool: "report_progress", input: { message: "half way", percent: 50 } }]);
  });

  test("answer an agent that never said hello", async () => {
    const [called] = await post(call("read_spec", {}));
    expect(called?.text).toContain("Noted.");
  });

  test.each([
    { what: "a wrong type", body: call("report_progress", { message: 7 }), says: "expected string" },
    { what: "an empty text", body: call("report_progress", { message: " " }), says: "is empty" },
    { what: "too long a text", body: call("report_progress", { message: "x".repeat(501) }), says: "500" },
    { what: "no input", body: call("submit_result", undefined), says: "summary" },
    { what: "a tool that is not offered", body: call("ask_question", { question: "Why?" }), says: "not found" },
    { what: "an unknown tool", body: call("search_memory", {}), says: "not found" },
    { what: "no JSON", body: "{", says: "Invalid JSON" },
    { what: "more than a call may have", body: "large", says: "262144" },
  ])("refuse $what and say why; nothing is carried out", async ({ body, says }) => {
    const [answer] = await post(body);
    expect(answer?.text).toContain(says);
    expect(calls).toEqual([]);
  });

  test("what goes wrong on our side is told to us, not to the agent", async () => {
    carryOut = () => Promise.reject(new Error("secret detail"));
    const [answer] = await post(call("read_spec", {}));
    expect(answer?.text).toContain("could not carry this out");
    expect(answer?.text).not.toContain("secret");
    expect(troubles.splice(0)).toEqual([new Error("secret detail")]);
  });

  test("are out of reach once they are closed", async () => {
    await tools[Symbol.asyncDispose]();
    await expect(post(call("read_spec", {}))).rejects.toThrow("fetch failed");
    expect(troubles).toEqual([]);
  });
});
