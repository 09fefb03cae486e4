import { FaultError } from "@omoios/domain/shared/fault";
import type { ExchangeEnd, Meter, ModelRequest } from "@omoios/engine/ports/models";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { openModels, type ModelsOptions } from "./open-models.ts";

const schema = z.object({ title: z.string().min(3), note: z.string().optional() });
const plan = { title: "Health" };
const key = "sk-open-0123456789";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** An endpoint that speaks OpenAI's Chat protocol and gives these answers in turn, and what it was sent. */
async function endpoint(answers: readonly { readonly status?: number; readonly body: unknown }[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)];
      seen.push({ url: request.url, headers: request.headers, body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(answer?.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer?.body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

const usage = { prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 60 } };

function completion(content: string, change: { readonly finish?: string; readonly usage?: unknown } = {}) {
  const message = { role: "assistant", content };
  return {
    body: {
      ...{ id: "c1", object: "chat.completion", created: 1, model: "m" },
      choices: [{ index: 0, finish_reason: change.finish ?? "stop", message }],
      ...("usage" in change ? { usage: change.usage } : { usage }),
    },
  };
}

const json = JSON.stringify;

function ask(url: string | null, model: string, change: Partial<ModelsOptions> = {}) {
  const ends: ExchangeEnd[] = [];
  const meter: Meter = ({ wantedOutputTokens }) =>
    Promise.resolve({ outputTokens: wantedOutputTokens, end: (end) => Promise.resolve(void ends.push(end)) });
  const models = openModels({
    keys: { anthropic: null, openai: key },
    baseUrls: { anthropic: null, openai: url },
    ...{ scriptedUrl: null, now: () => new Date(), transportRetries: 0, ...change },
  });
  const request: ModelRequest<{ title: string }> = {
    ...{ model, role: "plan", specId: "s1", turn: 0, system: "You plan.", prompt: "Plan a health check.", meter },
    ...{ schema, signal: new AbortController().signal },
  };
  return { reply: models.generate(request), ends };
}

async function faultOf(call: Promise<unknown>) {
  const error: unknown = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof FaultError)) throw new Error(`expected a FaultError, got ${String(error)}`);
  return error.fault;
}

describe.each(["openai:gpt-4o", "openai-compatible:qwen/qwen3:8b"])("%s", (model) => {
  const name = model.slice(model.indexOf(":") + 1);

  test("is asked on the Chat wire with key, schema and as much output as wished, and its tokens are counted", async () => {
    const { seen, url } = await endpoint([completion(json(plan))]);
    const { reply, ends } = ask(url, model, { maxOutputTokens: 4000 });
    expect(await reply).toEqual({ value: plan, tries: 1, inputTokens: 100, outputTokens: 7 });
    const format = { type: "json_schema", json_schema: { strict: false, schema: { required: ["title"] } } };
    expect(seen).toMatchObject([
      {
        url: "/v1/chat/completions",
        headers: { authorization: `Bearer ${key}` },
        body: { model: name, max_tokens: 4000, response_format: format },
      },
    ]);
    const use = { input: 40, cacheRead: 60, cacheWrite: 0, cacheWriteLong: 0, output: 7 };
    expect(ends).toEqual([{ outcome: "answered", use }]);
  });

  test("is told what is wrong with its answer, and every try is booked", async () => {
    const { seen, url } = await endpoint([completion("Sure!"), completion('{"title":"x"}'), completion(json(plan))]);
    const { reply, ends } = ask(url, model);
    expect(await reply).toEqual({ value: plan, tries: 3, inputTokens: 300, outputTokens: 21 });
    expect(ends).toHaveLength(3);
    expect(json(seen[1]?.body)).toMatch(/Sure!.*not JSON/);
    expect(json(seen[2]?.body)).toMatch(/does not fit the required schema.*title/);
  });

  test("gives three answers that do not fit, and is not asked a fourth time", async () => {
    const { seen, url } = await endpoint([completion("no")]);
    expect(await faultOf(ask(url, model).reply)).toMatchObject({ kind: "unavailable", retryable: true });
    expect(seen).toHaveLength(3);
  });

  test("is cut off at its limit: that is said, with the setting, and not repaired", async () => {
    const { seen, url } = await endpoint([completion('{"title":"Hea', { finish: "length" })]);
    const fault = await faultOf(ask(url, model).reply);
    expect(fault).toMatchObject({ kind: "unavailable", fix: expect.stringContaining("maxOutputTokens") as string });
    expect(seen).toHaveLength(1);
  });

  test("refuses the key: the variable is named, the key is not repeated", async () => {
    const { url } = await endpoint([{ status: 401, body: { error: { message: `Incorrect key ${key}`, type: "x" } } }]);
    const fault = await faultOf(ask(url, model).reply);
    expect(fault).toMatchObject({ kind: "invalid", problems: [{ at: "OPENAI_API_KEY" }] });
    expect(json(fault)).toContain("[redacted]");
    expect(json(fault)).not.toContain(key);
  });

  test("is not there: the address and its variable are named", async () => {
    const fault = await faultOf(ask("http://127.0.0.1:1/v1", model).reply);
    expect(fault).toMatchObject({ kind: "unavailable", fix: expect.stringContaining("OPENAI_BASE_URL") as string });
  });
});

describe("an endpoint of one's own", () => {
  const model = "openai-compatible:qwen3:8b";

  test("needs no key, and may put its answer in a fence", async () => {
    const { url } = await endpoint([completion(`\`\`\`json\n${json(plan)}\n\`\`\``)]);
    const { reply } = ask(url, model, { keys: { anthropic: null, openai: null } });
    expect((await reply).value).toEqual(plan);
  });

  test("that cannot be given a schema is told it in words", async () => {
    const { seen, url } = await endpoint([completion(json(plan))]);
    await ask(url, model, { sendsSchema: false }).reply;
    expect(seen[0]?.body).toMatchObject({ response_format: { type: "json_object" } });
    expect(json(seen[0]?.body["messages"])).toMatch(/You plan\..*JSON schema.*minLength/);
  });

  test("that does not count tokens leaves the cost unknown", async () => {
    const { url } = await endpoint([completion(json(plan), { usage: undefined })]);
    const { reply, ends } = ask(url, model);
    await reply;
    expect(ends).toEqual([{ outcome: "unknown" }]);
  });
});

test("a model of OpenAI that thinks is told its limit by the name it knows", async () => {
  const { seen, url } = await endpoint([completion(json(plan))]);
  await ask(url, "openai:gpt-5").reply;
  expect(seen[0]?.body).toMatchObject({ max_completion_tokens: 32_000 });
  expect(seen[0]?.body).not.toHaveProperty("max_tokens");
});
