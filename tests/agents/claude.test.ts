import { existsSync } from "node:fs";
import { join } from "node:path";
import { apiPaths } from "@omoios/contract/http";
import { specCreatedSchema } from "@omoios/contract/http-spec";
import { taskViewSchema } from "@omoios/contract/http-task";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { greetScenario } from "../e2e/testing/greet-scenario.ts";
import { createRepository, git, Scratch } from "../e2e/testing/scratch.ts";
import { ServerProcess } from "../e2e/testing/server-process.ts";
import { greetingChain as chain } from "./greeting-chain.ts";
import { ScriptedMessages, type Saying } from "./scripted-messages.ts";

const installed = existsSync(join(import.meta.dirname, "claude/node_modules/@anthropic-ai/claude-agent-sdk"));
const how = installed ? "" : " (not installed: npm ci --ignore-scripts --prefix tests/agents/claude)";
const key = "sk-real-0123456789";
describe.skipIf(!installed)(`the agent claude${how}`, () => {
  let scratch: Scratch;
  let provider: ScriptedMessages;

  beforeAll(async () => {
    scratch = await Scratch.create();
    provider = await ScriptedMessages.open();
  });

  beforeEach(() => {
    provider.asked.length = 0;
    provider.script = (answered) => chain[answered] ?? { text: "Done." };
  });

  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
  });

  const start = (home: string) =>
    ServerProcess.start({
      home: scratch.at(home),
      env: { OMOIOS_AGENTS_DIR: import.meta.dirname, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: provider.url },
    });

  async function request(server: ServerProcess, repository: string): Promise<string> {
    const run = { request: "Add a greet function", repository, agent: "claude", model: "scripted", yes: true };
    const body = { ...run, scenario: greetScenario(), budget: { usd: 5, tokens: null } };
    return (await server.client.post(apiPaths.specs, specCreatedSchema, { body })).spec.id;
  }

  test("writes, tests, commits and hands in from a jail without network or key, and its work is proven", async () => {
    await using server = await start("home");
    const id = await request(server, await createRepository(scratch));
    await server.untilOver(id);
    const spec = await server.spec(id);
    expect(spec).toMatchObject({ status: "in_review", goal: { met: 1, total: 1 }, tasks: [{ attempts: 1 }] });
    const claimed = (await server.events()).find((event) => event.type === "progress.claimed");
    expect(claimed?.payload).toMatchObject({ message: "Writing greet.js", percent: 10 });
    expect(new Set(provider.asked.map((asked) => asked.key))).toEqual(new Set([key]));
    const inside = JSON.stringify(provider.asked.map((asked) => asked.body));
    expect(inside).toContain("Hello, Ada!");
    expect(inside).not.toContain(key);
    expect(spec.usage.byRole.find(({ role }) => role === "agent")?.calls).toBe(provider.asked.length);
    const hub = scratch.at("home/projects", spec.project.id, "hub.git");
    expect(git(hub, "show", `${spec.branch}:greet.js`)).toContain("Hello");
  });

  test("goes on with its own conversation after the server was killed in the middle of a tool", async () => {
    const repository = await createRepository(scratch, "killed");
    const slow: Saying = { tool: "Bash", input: { command: "touch started; perl -e 'sleep 600'" } };
    const asked = Promise.withResolvers<void>();
    provider.script = (answered) => {
      if (answered === 2) asked.resolve();
      return answered === 2 ? slow : (chain[answered] ?? { text: "Done." });
    };
    const server = await start("killed-home");
    const id = await request(server, repository);
    await asked.promise;
    await server.end("SIGKILL");
    provider.asked.length = 0;
    provider.script = (answered) => (answered <= 3 ? (chain[4] ?? { text: "" }) : { text: "Done." });
    await using again = await start("killed-home");
    await again.untilOver(id);
    expect(await again.spec(id)).toMatchObject({ status: "in_review", tasks: [{ attempts: 1 }] });
    const [first] = provider.asked;
    expect(JSON.stringify(first?.body.messages)).toContain("You were interrupted");
    expect(JSON.stringify(first?.body.messages)).toContain("greet.js");
  });

  test("asks, ends, and goes on in its own conversation with the answer; a message reaches it in the middle of its turn", async () => {
    const repository = await createRepository(scratch, "asking");
    const ask: Saying = { tool: "mcp__omoios__ask_question", input: { question: "Which greeting?" } };
    const isSlow = Promise.withResolvers<void>();
    // After the answer: the work, then a slow tool beside which the person says something, then the result.
    provider.script = (answered, { body }) => {
      const text = JSON.stringify(body.messages);
      if (!text.includes("The answer: Hello")) return answered === 0 ? ask : { text: "Asked." };
      if (text.includes("Mind the name")) return answered >= 4 ? { text: "Done." } : (chain[4] ?? { text: "" });
      if (answered === 1) return chain[1] ?? { text: "" };
      isSlow.resolve();
      return answered === 2 ? { tool: "Bash", input: { command: "perl -e 'sleep 5'" } } : { text: "Unheard." };
    };
    await using server = await start("asking-home");
    const id = await request(server, repository);
    await server.until((event) => event.type === "task.moved" && event.payload.blockedReason === "question");
    const say = async (text: string) =>
      server.client.post(apiPaths.taskMessages("TSK-001"), taskViewSchema, { body: { text } });
    await say("Hello");
    await isSlow.promise;
    await say("Mind the name");
    await server.until((event) => event.type === "pull_request.opened");
    expect(await server.spec(id)).toMatchObject({ status: "in_review", tasks: [{ attempts: 1 }] });
    const task = await say("late").catch((error: unknown) => error);
    expect(String(task)).toContain("complete");
  });

  test("a refused key ends it in seconds, and the reason is the provider's", async () => {
    provider.script = () => ({ status: 401 });
    await using server = await start("refused");
    const id = await request(server, await createRepository(scratch, "refused-tiny"));
    const failed = await server.until((event) => event.type === "attempt.moved" && event.payload.to === "failed");
    expect(failed?.payload).toMatchObject({ reason: expect.stringContaining("ANTHROPIC_API_KEY") as string });
    expect((await server.spec(id)).project).toBeDefined();
  });
});
