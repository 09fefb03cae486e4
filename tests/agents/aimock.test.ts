import { fileURLToPath } from "node:url";
import { createBridgeServer } from "@omoios/adapters/bridge/serve-sandbox";
import { gatewaySocket, openGateway } from "@omoios/adapters/gateway/open-gateway";
import { apiPaths } from "@omoios/contract/http";
import { specCreatedSchema } from "@omoios/contract/http-spec";
import { ProviderWait } from "@omoios/engine/ports/gateway";
import type { ExchangeEnd } from "@omoios/engine/ports/models";
import type { Sandbox } from "@omoios/engine/ports/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { never, SandboxFixture } from "../../packages/adapters/sandbox-local/testing/sandbox-fixture.ts";
import { buildJailPrograms } from "../../scripts/build-jail-programs.ts";
import { greetScenario } from "../e2e/testing/greet-scenario.ts";
import { createRepository, git, Scratch } from "../e2e/testing/scratch.ts";
import { ServerProcess } from "../e2e/testing/server-process.ts";
import { greetingChain } from "./greeting-chain.ts";
import { hasAimock, openAimock, type Aimock, type MockRequest } from "./open-aimock.ts";

const how = hasAimock ? "" : " (not installed: npm ci --ignore-scripts --prefix tests/agents/claude)";
const key = "sk-real-0123456789";
const thought = { reasoning: "The next step.", reasoningSignature: "c2lnbmVk" };

interface Wire {
  readonly provider: "anthropic" | "openai";
  readonly path: string;
  /** What tells a call of a tool from words. */
  readonly toolPart: string;
  readonly usage: Readonly<Record<string, number>>;
}

const toolResults = ({ messages }: MockRequest): number => messages.filter(({ role }) => role === "tool").length;

describe.skipIf(!hasAimock)(`a provider that others wrote${how}`, () => {
  let mock: Aimock;

  beforeAll(async () => {
    await buildJailPrograms();
    mock = await openAimock();
  });
  beforeEach(() => void mock.reset());
  afterAll(() => mock.stop());

  test("the agent claude writes, tests, commits and hands in after an overload, and its work is proven", async () => {
    const usage = { input_tokens: 1000, output_tokens: 100 };
    let isOverloaded = true;
    const once = (): boolean => isOverloaded && !(isOverloaded = false);
    mock.on({ predicate: once }, { status: 529, error: { type: "overloaded_error", message: "Overloaded" } });
    mock.on({ predicate: ({ tools }) => (tools ?? []).length === 0 }, { content: "Ok.", usage });
    for (const [step, { tool, input }] of greetingChain.entries()) {
      const toolCalls = [{ name: tool, arguments: JSON.stringify(input) }];
      mock.on({ predicate: (asked) => toolResults(asked) === step }, { ...thought, toolCalls, usage });
    }
    mock.on(
      { predicate: (asked) => toolResults(asked) >= greetingChain.length },
      {
        ...{ ...thought, content: "Done.", usage },
      },
    );

    await using scratch = await Scratch.create();
    await using server = await ServerProcess.start({
      home: scratch.at("home"),
      env: { OMOIOS_AGENTS_DIR: import.meta.dirname, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: mock.url },
    });
    const run = { request: "Add a greet function", agent: "claude", model: "scripted", yes: true };
    const repository = await createRepository(scratch);
    const body = { ...run, repository, scenario: greetScenario(), budget: { usd: 5, tokens: null } };
    const { id } = (await server.client.post(apiPaths.specs, specCreatedSchema, { body })).spec;
    await server.untilOver(id);

    const spec = await server.spec(id);
    expect(spec).toMatchObject({ status: "in_review", goal: { met: 1, total: 1 }, tasks: [{ attempts: 1 }] });
    const asked = mock.getRequests();
    const statuses = asked.map(({ response }) => response.status);
    expect(statuses.filter((status) => status !== 200)).toEqual([529]);
    expect(JSON.stringify(asked.map((request) => request.body))).toContain("Hello, Ada!");
    const answered = statuses.filter((status) => status === 200).length;
    expect(spec.usage.byRole.find(({ role }) => role === "agent")).toMatchObject({ tokens: answered * 1100 });
    const hub = scratch.at("home/projects", spec.project.id, "hub.git");
    expect(git(hub, "show", `${spec.branch}:greet.js`)).toContain("Hello");
  });

  describe("asked through the gateway, from inside a jail", () => {
    const fixture = new SandboxFixture();
    let openSandbox: () => Promise<Sandbox>;

    beforeAll(async () => {
      const bridge = fileURLToPath(new URL("../../packages/adapters/bridge/dist", import.meta.url));
      const sandboxes = await fixture.provider({ programs: [{ hostPath: bridge, jailPath: "/opt/agents/bridge" }] });
      const commit = fixture.project.commit({ "a.txt": "one\n" });
      const base = await sandboxes.prepareBase(fixture.baseRequest(commit), never);
      openSandbox = () =>
        sandboxes.open(fixture.request(crypto.randomUUID(), { base, commit }, { bridge: true }), never);
    });
    afterAll(() => fixture.remove());

    /** One request of an agent, and what became of it on both sides of the door. */
    async function ask({ provider, path }: Wire) {
      const ends: ExchangeEnd[] = [];
      const stops: Error[] = [];
      await using sandbox = await openSandbox();
      await using door = await openGateway({
        upstreamOf: () => ({ provider, name: "m", baseUrl: `${mock.url}/v1`, key, keySetting: "KEY" }),
        serve: createBridgeServer({
          relayPath: "/opt/agents/bridge/relay.mjs",
          nodePath: "/opt/node/bin/node",
          ports: { [gatewaySocket]: 8787 },
        }),
        now: () => new Date(),
        onError: (error) => stops.push(error instanceof Error ? error : new Error(String(error))),
      }).open({
        ...{ sandbox, model: `${provider}:m`, onStop: (why) => stops.push(why) },
        meter: (call) =>
          Promise.resolve({
            outputTokens: call.wantedOutputTokens,
            end: (end) => Promise.resolve(void ends.push(end)),
          }),
      });
      const { baseUrl, token } = door.access;
      const body = { model: "m", max_tokens: 100, stream: true, messages: [{ role: "user", content: "Hi" }] };
      const headers = { "x-api-key": token, authorization: `Bearer ${token}`, "content-type": "application/json" };
      const options = JSON.stringify({ method: "POST", headers, body: JSON.stringify(body) });
      const script = `const r = await fetch("${baseUrl}${path}", ${options}); console.log(r.status, await r.text());`;
      const argv = ["/opt/node/bin/node", "--input-type=module", "-e", script];
      const { stdout, stderr } = await sandbox.run({ argv, timeoutMs: 20_000 });
      if (stdout === "") throw new Error(stderr);
      return { said: stdout, ends, stops };
    }

    const wires: readonly Wire[] = [
      {
        provider: "anthropic",
        path: "/v1/messages",
        toolPart: '"type":"tool_use"',
        usage: { input_tokens: 700, output_tokens: 30 },
      },
      {
        provider: "openai",
        path: "/v1/chat/completions",
        toolPart: '"tool_calls"',
        usage: { prompt_tokens: 700, completion_tokens: 30, total_tokens: 730 },
      },
    ];

    test.each(wires)("$provider: a streamed call of a tool arrives and is booked", async (wire) => {
      const toolCalls = [{ name: "Write", arguments: '{"path":"a"}' }];
      mock.on({ predicate: () => true }, { toolCalls, usage: wire.usage });
      const { said, ends, stops } = await ask(wire);
      expect(said).toMatch(/^200 /u);
      expect(said).toContain(wire.toolPart);
      expect(stops).toEqual([]);
      expect(ends).toMatchObject([{ outcome: "answered", use: { input: 700, output: 30 } }]);
    });

    test.each(wires)("$provider: a long limit is waited for, and nothing is booked", async (wire) => {
      const error = { type: "rate_limit_error", message: "Later" };
      mock.on({ predicate: () => true }, { status: 429, error, retryAfter: 600 });
      const { ends, stops } = await ask(wire);
      expect(stops[0]).toBeInstanceOf(ProviderWait);
      expect(ends).toMatchObject([{ outcome: "refused" }]);
    });
  });
});
