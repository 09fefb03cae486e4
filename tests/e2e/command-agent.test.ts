import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { apiPaths } from "@omoios/contract/http";
import { taskViewSchema } from "@omoios/contract/http-task";
import { budgetViewSchema } from "@omoios/contract/http-budget";
import { specCreatedSchema } from "@omoios/contract/http-spec";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { goodGreeting, greetScenario } from "./testing/greet-scenario.ts";
import { createRepository, git, Scratch } from "./testing/scratch.ts";
import { ServerProcess } from "./testing/server-process.ts";

const key = "sk-real-0123456789";
const content = "write" in goodGreeting ? goodGreeting.write.content : "";

/** An agent in twenty words: asks the model what to write, and writes it. */
const agent = `
let brief = ""; for await (const piece of process.stdin) brief += piece;
const { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: token, ANTHROPIC_MODEL: model } = process.env;
const body = JSON.stringify({ model, max_tokens: 2000, messages: [{ role: "user", content: brief }] });
const answer = await fetch(url + "/v1/messages", { method: "POST", headers: { "x-api-key": token }, body });
if (!answer.ok) { console.log("told " + answer.status); process.exit(3); }
const { content } = await answer.json();
(await import("node:fs")).writeFileSync("greet.js", content[0].text);
const call = { jsonrpc: "2.0", id: 1, method: "tools/call",
  params: { name: "submit_result", arguments: { summary: "greet.js greets", files: ["greet.js"] } } };
const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
await fetch(process.env.OMOIOS_MCP_URL, { method: "POST", headers, body: JSON.stringify(call) });
console.log("wrote greet.js; key seen: " + JSON.stringify(process.env).includes("${key}"));
`;

/** The same on OpenAI's wire. */
const chatAgent = `
const { OPENAI_BASE_URL: url, OPENAI_API_KEY: token, OPENAI_MODEL: model } = process.env;
const headers = { authorization: "Bearer " + token };
const body = JSON.stringify({ model, messages: [{ role: "user", content: "Write greet.js" }] });
const answer = await (await fetch(url + "/chat/completions", { method: "POST", headers, body })).json();
(await import("node:fs")).writeFileSync("greet.js", answer.choices[0].message.content);
`;

let scratch: Scratch;
let upstream: Server;
let asked: { key: string | undefined; body: { max_tokens?: number } }[];
/** Seconds to wait, for as long as it is set. */
let busy: number | null = null;

beforeAll(async () => {
  scratch = await Scratch.create();
  upstream = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      const isChat = request.url === "/v1/chat/completions";
      const sentKey = isChat ? request.headers.authorization : request.headers["x-api-key"]?.toString();
      asked.push({ key: sentKey, body: JSON.parse(text) as { max_tokens?: number } });
      if (busy !== null) {
        response.writeHead(429, { "retry-after": String(busy) }).end("{}");
        busy = null;
        return;
      }
      response.writeHead(200, { "content-type": "application/json" });
      if (isChat) {
        const usage = { prompt_tokens: 1000, completion_tokens: 200 };
        response.end(JSON.stringify({ choices: [{ message: { content } }], usage }));
        return;
      }
      const usage = { input_tokens: 1000, output_tokens: 200 };
      response.end(JSON.stringify({ type: "message", content: [{ type: "text", text: content }], usage }));
    });
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
});

beforeEach(() => {
  asked = [];
});

afterAll(async () => {
  upstream.close();
  await scratch[Symbol.asyncDispose]();
});

async function startServer(name: string, { script = agent, models = {} } = {}): Promise<ServerProcess> {
  const argv = ["/opt/node/bin/node", "--input-type=module", "-e", script];
  const config = { agents: { command: { argv, models: true } }, models };
  await scratch.write(`${name}/config.yaml`, JSON.stringify(config));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url, OPENAI_API_KEY: key, OPENAI_BASE_URL: url };
  return ServerProcess.start({ home: scratch.at(name), env });
}

async function request(server: ServerProcess, repository: string, budget: object | null): Promise<string> {
  const run = { request: "Add a greet function", repository, agent: "command", model: "scripted", yes: true };
  const body = { ...run, scenario: greetScenario(), budget };
  return (await server.client.post(apiPaths.specs, specCreatedSchema, { body })).spec.id;
}

test("any program works in the jail, asks its model through the gateway, and pays from the budget", async () => {
  await using server = await startServer("home");
  const repository = await createRepository(scratch);
  const id = await request(server, repository, { usd: 1, tokens: null });
  await server.untilOver(id);
  const spec = await server.spec(id);
  expect(spec).toMatchObject({ status: "in_review", goal: { met: 1, total: 1 } });
  const task = await server.client.get(apiPaths.task(spec.tasks[0]?.label ?? ""), taskViewSchema);
  expect(task.history[0]?.agentSummary).toBe("greet.js greets\n- greet.js");
  expect(asked).toMatchObject([{ key, body: { max_tokens: 2000 } }]);
  expect(spec.usage.byRole.find(({ role }) => role === "agent")).toMatchObject({ calls: 1, tokens: 1200 });
  expect(spec.usage.usd).toBeCloseTo(0.003 + 0.003, 6);
  const budget = await server.client.get(apiPaths.specBudget(id), budgetViewSchema);
  expect(budget.scopes[0]?.usd).toMatchObject({ cap: 1, used: 0.006, held: 0 });
  expect(git(scratch.at("home/projects", spec.project.id, "hub.git"), "show", `${spec.branch}:greet.js`)).toContain(
    "Hello",
  );
});

test("a program that speaks OpenAI's wire gets a model of that wire", async () => {
  const model = "openai-compatible:qwen/coder:7b";
  const models = { agent: model, prices: { [model]: { input: 1, output: 2 } } };
  await using server = await startServer("chat", { script: chatAgent, models });
  const id = await request(server, await createRepository(scratch, "chat-tiny"), { usd: 1, tokens: null });
  await server.untilOver(id);
  const spec = await server.spec(id);
  expect(spec).toMatchObject({ status: "in_review", goal: { met: 1, total: 1 } });
  expect(asked).toMatchObject([{ key: `Bearer ${key}`, body: { model: "qwen/coder:7b" } }]);
  expect(spec.usage.usd).toBeCloseTo(0.001 + 0.0004, 6);
});

test("a spec too poor for a call stops, and goes on with the same attempt once it is raised", async () => {
  await using server = await startServer("poor");
  const id = await request(server, await createRepository(scratch, "poor-tiny"), { usd: 0.001, tokens: null });
  await server.until((event) => event.type === "attempt.moved" && event.payload.to === "parked");
  expect(asked).toEqual([]);
  expect((await server.spec(id)).pausedReason).toContain("0.001 USD left");
  await server.client.post(apiPaths.specBudget(id), budgetViewSchema, { body: { usd: 2, tokens: null } });
  await server.untilOver(id);
  expect(await server.spec(id)).toMatchObject({ status: "in_review", tasks: [{ attempts: 1 }] });
});

test("a provider that wants to be left alone parks the attempt until then", async () => {
  await using server = await startServer("busy");
  busy = 21;
  const askedAt = Date.now();
  const id = await request(server, await createRepository(scratch, "busy-tiny"), null);
  await server.until((event) => event.type === "attempt.moved" && event.payload.to === "parked");
  expect((await server.status()).slots.held).toBe(0);
  await server.untilOver(id);
  expect(await server.spec(id)).toMatchObject({ status: "in_review", tasks: [{ attempts: 1 }] });
  expect(Date.now() - askedAt).toBeGreaterThan(21_000);
});
