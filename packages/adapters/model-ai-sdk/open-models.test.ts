import { directPlanSchema, type DirectPlan } from "@omoios/contract/direct-plan";
import { scenarioSchema } from "@omoios/contract/scenario";
import { verdictsSchema, type Verdicts } from "@omoios/contract/verdicts";
import { FaultError } from "@omoios/domain/shared/fault";
import { ProviderWait } from "@omoios/engine/ports/gateway";
import { ModelCallError, type ModelRequest } from "@omoios/engine/ports/models";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { startScriptedModel } from "../model-scripted/start-scripted-model.ts";
import { openModels, type ModelsOptions } from "./open-models.ts";

const planSchema = z.object({ title: z.string().min(3), files: z.array(z.string()).min(1) });
type Plan = z.infer<typeof planSchema>;
const plan: Plan = { title: "Health", files: ["server.js"] };
const key = "sk-test-0123456789";

const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const server of closing.splice(0)) await server[Symbol.asyncDispose]();
});

/** A scripted model with these answers for the role `plan`, and models that reach it both ways. */
async function scripted(answers: readonly unknown[], options: Partial<ModelsOptions> = {}) {
  const scenario = scenarioSchema.parse({ version: 1, model: { plan: answers }, agent: [] });
  let requests = 0;
  const server = await startScriptedModel({
    scenarioOf: (specId) => {
      requests += 1;
      return Promise.resolve(specId === "s1" ? scenario : null);
    },
  });
  closing.push(server);
  const models = openModels({
    ...at(null, null),
    scriptedUrl: server.url,
    now: () => new Date(),
    ...options,
  });
  return { models, served: () => requests };
}

function ask(change: Partial<ModelRequest<Plan>> = {}): ModelRequest<Plan> {
  return {
    model: "scripted",
    role: "plan",
    specId: "s1",
    turn: 0,
    system: "You plan.",
    prompt: "Plan a health check.",
    schema: planSchema,
    signal: new AbortController().signal,
    meter: () => Promise.resolve({ outputTokens: 4000, end: () => Promise.resolve() }),
    ...change,
  };
}

async function faultOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FaultError)) throw new Error(`expected a FaultError, got ${String(error)}`);
  const { spent = null, isOutage = null } = error instanceof ModelCallError ? error : {};
  return { fault: error.fault, spent, isOutage };
}

/** A provider that answers every request the same way and remembers what it was sent. */
async function provider(status: number, body: unknown, headers: Record<string, string> = {}) {
  const seen: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      seen.push({ url: request.url, headers: request.headers, body: text });
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push({
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function message(change: Record<string, unknown> = {}) {
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: JSON.stringify(plan) }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
    ...change,
  };
}

/** Anthropic's key and address, and nobody else's. */
const at = (url: string | null, own: string | null = key) => ({
  keys: { anthropic: own, openai: null },
  baseUrls: { anthropic: url, openai: null },
});
const openAt = (url: string | null, own: string | null = key) =>
  openModels({ ...at(url, own), scriptedUrl: null, now: () => new Date() });

describe("the scripted model", () => {
  test("answers by turn, the last entry for every later one", async () => {
    const { models } = await scripted([plan, { ...plan, title: "Second" }]);
    const titles = [];
    for (const turn of [0, 1, 2, 9]) titles.push((await models.generate(ask({ turn }))).value.title);
    expect(titles).toEqual(["Health", "Second", "Second", "Second"]);
  });

  test("answers with the shapes the engine asks for", async () => {
    const direct: DirectPlan = {
      title: "Health endpoint",
      requirement: { text: "WHEN /health is opened, the service SHALL answer 200", criterion: "GET /health is 200" },
      check: { command: "node --test", directory: ".", timeoutSeconds: 60, files: [{ path: "t.mjs", content: "//" }] },
      task: { title: "Add /health", description: "Add the route", priority: "medium", declaredFiles: ["server.js"] },
      assumptions: [],
    };
    const verdicts: Verdicts = {
      verdicts: [{ criterion: "REQ-1.1", met: true, confidence: 0.9, evidence: ["E1"], reasoning: "It answered 200." }],
    };
    const { models } = await scripted([direct, verdicts]);
    expect((await models.generate({ ...ask(), schema: directPlanSchema })).value).toEqual(direct);
    expect((await models.generate({ ...ask({ turn: 1 }), schema: verdictsSchema })).value).toEqual(verdicts);
  });

  test("a repair turn goes past words to the next entry, and usage is summed over the tries", async () => {
    const { models } = await scripted([{ $text: "I would say…" }, { $text: '{"title":"x","files":[]}' }, plan]);
    const once = await (await scripted([plan])).models.generate(ask());
    const reply = await models.generate(ask());
    expect(reply.value).toEqual(plan);
    expect(reply.tries).toBe(3);
    expect(reply.inputTokens).toBeGreaterThan(3 * once.inputTokens);
    expect(reply.outputTokens).toBeGreaterThan(once.outputTokens);
  });

  test("three answers that do not fit are a retryable fault that says what is wrong, with what they cost", async () => {
    const { models, served } = await scripted([{ title: "x", files: [] }, plan]);
    const { fault, spent } = await faultOf(models.generate(ask()));
    expect(fault).toMatchObject({ kind: "unavailable", retryable: true });
    expect(fault.kind === "unavailable" && fault.message).toMatch(/3 tries.*title.*files/s);
    expect(spent?.tries).toBe(3);
    expect(spent?.inputTokens).toBeGreaterThan(0);
    expect(served()).toBe(3);
  });

  test("a truncated answer is not repaired", async () => {
    const { models, served } = await scripted([{ $text: '{"title": "Hea', $stop: "max_tokens" }, plan]);
    const { fault, spent } = await faultOf(models.generate(ask()));
    expect(fault).toMatchObject({
      kind: "unavailable",
      retryable: false,
      fix: expect.stringContaining("output limit") as string,
    });
    expect(spent).toMatchObject({ tries: 1 });
    expect(served()).toBe(1);
  });

  test.each(["", "I cannot help with that."])("a refusal (%j) is not repaired", async (words) => {
    const { models, served } = await scripted([{ $text: words, $stop: "refusal" }, plan]);
    const { fault } = await faultOf(models.generate(ask()));
    expect(fault).toMatchObject({ kind: "unavailable", retryable: false });
    expect(fault.kind === "unavailable" && fault.message).toContain("refused to answer");
    expect(served()).toBe(1);
  });

  test.each([
    [500, true],
    [400, false],
  ])("a played error %i is a fault, retryable and an outage %s", async (status, retryable) => {
    const { models, served } = await scripted([{ $error: { status, message: "played" } }]);
    const { fault, isOutage } = await faultOf(models.generate(ask()));
    expect({ fault, isOutage }).toMatchObject({ fault: { kind: "unavailable", retryable }, isOutage: retryable });
    expect(fault.kind === "unavailable" && fault.message).toContain(`answered ${status}: played`);
    expect(served()).toBe(1);
  });

  test.each([429, 503, 529])("a provider that is too busy (%i) is to be waited for", async (status) => {
    const { models } = await scripted([{ $error: { status, message: "played" } }]);
    const wait = await models.generate(ask()).catch((error: unknown) => error);
    expect(wait instanceof ProviderWait && wait.until.getTime()).toBeGreaterThan(Date.now() + 30_000);
  });

  test("a role without answers is named together with the roles there are", async () => {
    const { models } = await scripted([plan]);
    const { fault } = await faultOf(models.generate(ask({ role: "validate" })));
    expect(fault.kind === "unavailable" && fault.message).toMatch(/role validate.*roles it has: plan/);
    expect(fault).toMatchObject({ retryable: false });
  });

  test("is refused where there is none, at the check already", () => {
    const models = openAt(null, null);
    expect(() => models.check("scripted")).toThrow(/scripted model is not available/);
  });
});

describe("a provider", () => {
  test("gets the key, the schema, no temperature and none of the scripted model's headers", async () => {
    const server = await provider(200, message());
    const models = openAt(server.url);
    const reply = await models.generate(ask({ model: "anthropic:claude-sonnet-4-5" }));
    expect(reply).toEqual({ value: plan, tries: 1, inputTokens: 10, outputTokens: 5 });
    const [request] = server.seen;
    expect(request?.url).toBe("/v1/messages");
    expect(request?.headers["x-api-key"]).toBe(key);
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.startsWith("x-omoios"))).toEqual([]);
    const body = JSON.parse(request?.body ?? "") as Record<string, unknown>;
    expect(body).not.toHaveProperty("temperature");
    expect(body).toMatchObject({ model: "claude-sonnet-4-5", output_config: { format: { type: "json_schema" } } });
  });

  test("an old model gets the schema as a forced tool", async () => {
    const content = [{ type: "tool_use", id: "t1", name: "json", input: plan }];
    const server = await provider(200, message({ content, stop_reason: "tool_use" }));
    const models = openAt(`${server.url}/v1/`);
    expect((await models.generate(ask({ model: "anthropic:claude-sonnet-4-0" }))).value).toEqual(plan);
    expect(server.seen[0]?.url).toBe("/v1/messages");
    expect(JSON.parse(server.seen[0]?.body ?? "")).toMatchObject({ tools: [{ name: "json" }] });
  });

  test.each([401, 403])("%i is an invalid key, named by its variable and not repeated", async (status) => {
    const server = await provider(status, {
      type: "error",
      error: { type: "authentication_error", message: `invalid x-api-key ${key}` },
    });
    const models = openAt(server.url);
    const { fault } = await faultOf(models.generate(ask({ model: "anthropic:claude-sonnet-4-5" })));
    expect(fault).toMatchObject({ kind: "invalid", problems: [{ at: "ANTHROPIC_API_KEY" }] });
    expect(JSON.stringify(fault)).not.toContain(key);
    expect(JSON.stringify(fault)).toContain("[redacted]");
    expect(server.seen).toHaveLength(1);
  });

  test("is asked again twice when it says it is busy, then left alone", async () => {
    const busy = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const server = await provider(529, busy, { "retry-after-ms": "1" });
    const models = openAt(server.url);
    const call = models.generate(ask({ model: "anthropic:claude-sonnet-4-5" }));
    await expect(call).rejects.toBeInstanceOf(ProviderWait);
    expect(server.seen).toHaveLength(3);
  });

  test("a redirect is not followed, so the key stays where it was sent", async () => {
    const elsewhere = await provider(200, message());
    const server = await provider(307, {}, { location: `${elsewhere.url}/v1/messages` });
    const models = openAt(server.url);
    const { fault } = await faultOf(models.generate(ask({ model: "anthropic:claude-sonnet-4-5" })));
    expect(fault).toMatchObject({ kind: "unavailable", retryable: false });
    expect(elsewhere.seen).toEqual([]);
  });

  test("a silent one is given up after the time a try may take", async () => {
    const server = createServer(() => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const models = openModels({
      ...at(url, null),
      scriptedUrl: null,
      now: () => new Date(),
      tryTimeoutMs: 50,
    });
    const { fault } = await faultOf(models.generate(ask({ model: "anthropic:claude-sonnet-4-5" })));
    expect(fault).toMatchObject({ kind: "unavailable", retryable: true });
    expect(fault.kind === "unavailable" && fault.message).toContain("did not answer within");
    server.closeAllConnections();
    server.close();
  });

  test("a call that is aborted rejects with the caller's own reason", async () => {
    const abort = new AbortController();
    const server = createServer(() => abort.abort(new Error("enough")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const models = openAt(url, null);
    const call = models.generate(ask({ model: "anthropic:claude-sonnet-4-5", signal: abort.signal }));
    await expect(call).rejects.toThrow("enough");
    server.closeAllConnections();
    server.close();
  });
});
