import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { noTokens } from "@omoios/domain/budget/call-cost";
import { noCaps } from "@omoios/domain/budget/budget-scope";
import { ProviderWait } from "@omoios/engine/ports/gateway";
import type { ExchangeEnd } from "@omoios/engine/ports/models";
import { ManualClock } from "@omoios/engine/testing/manual-clock";
import { storePlan } from "@omoios/engine/testing/sample-rows";
import { meterCall } from "@omoios/engine/use-cases/meter-call";
import { afterEach, expect, test } from "vitest";
import { openMemoryDatabase } from "../postgres/embedded/open-embedded-database.ts";
import { createStores } from "../postgres/stores.ts";
import { answerRequest } from "./answer-request.ts";
import { dialectOf } from "./dialect-of.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { Upstream } from "./forward.ts";

const key = "sk-real-0123456789";
const token = "omoios-token";
const now = new Date("2026-03-01T10:00:00.000Z");
const question = { model: "gpt-test", max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };
const usage = { prompt_tokens: 9, completion_tokens: 5 };

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A door to a provider that answers as it is told, without the jail around it. */
async function door(
  respond: (response: Parameters<RequestListener>[1], body: Record<string, unknown>) => void,
  change: { readonly meter?: ExchangeOptions["meter"]; readonly upstream?: Partial<Upstream> } = {},
) {
  const seen: { url: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
  const ends: ExchangeEnd[] = [];
  const stops: Error[] = [];
  const troubles: unknown[] = [];
  const provider = await serve((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      seen.push({ url: request.url ?? "", headers: request.headers, body });
      respond(response, body);
    });
  });
  const upstream: Upstream = {
    ...{ provider: "openai", name: "gpt-test", baseUrl: `${provider}/v1`, key, keySetting: "OPENAI_API_KEY" },
    ...change.upstream,
  };
  const exchanging: ExchangeOptions = {
    ...{ upstream, dialect: dialectOf(upstream), model: "openai:gpt-test", silenceMs: 5000, longestWaitMs: 20_000 },
    meter:
      change.meter ?? (() => Promise.resolve({ outputTokens: 60, end: (end) => Promise.resolve(void ends.push(end)) })),
    onStop: (why) => stops.push(why),
    now: () => now,
  };
  const url = await serve((incoming, response) => {
    void answerRequest(incoming, response, { token, exchanging, onError: (error) => troubles.push(error) });
  });
  const ask = (body: object = question, init: RequestInit = {}) =>
    fetch(`${url}/v1/chat/completions`, {
      ...{ method: "POST", body: JSON.stringify(body), headers: { authorization: `Bearer ${token}` } },
      ...init,
    });
  return { url, seen, ends, stops, troubles, ask };
}

test("an agent of OpenAI's wire gets its answer, metered, with a key it never sees", async () => {
  const chunks = [{ choices: [{ delta: { content: "Hello" } }] }, { choices: [], usage }];
  const stream = `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`;
  const { ask, seen, ends, troubles } = await door((response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "openai-organization": "org" }).end(stream);
  });
  const answer = await ask({ ...question, stream: true });
  expect([answer.status, await answer.text(), answer.headers.get("openai-organization")]).toEqual([200, stream, null]);
  expect(seen).toMatchObject([
    {
      url: "/v1/chat/completions",
      headers: { authorization: `Bearer ${key}`, "accept-encoding": "identity" },
      body: { max_tokens: 60, stream_options: { include_usage: true } },
    },
  ]);
  await expect.poll(() => ends).toEqual([{ outcome: "answered", use: { ...noTokens, input: 9, output: 5 } }]);
  expect(troubles).toEqual([]);
});

test("an answer the agent leaves is booked as what came through", async () => {
  const { ask, ends } = await door((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: "x".repeat(40) } }] })}\n\n`);
  });
  const leaving = new AbortController();
  const { body } = await ask({ ...question, stream: true }, { signal: leaving.signal });
  await body?.getReader().read();
  leaving.abort();
  const use: unknown = expect.objectContaining({ input: expect.any(Number) as number, output: 10 });
  await expect.poll(() => ends).toEqual([{ outcome: "cut", use }]);
});

test("only the one model is listed and may be asked, on listed paths, with this door's token", async () => {
  const { url, ask, seen } = await door(() => undefined);
  const headers = { authorization: `Bearer ${token}` };
  const list = await fetch(`${url}/v1/models`, { headers });
  expect(await list.json()).toMatchObject({ object: "list", data: [{ id: "gpt-test" }] });
  const refused = await Promise.all([
    ask({ ...question, model: "gpt-dear" }),
    ask(question, { headers: { authorization: "Bearer omoios-other" } }),
    fetch(`${url}/v1/models`),
    fetch(`${url}/v1/files`, { headers }),
    fetch(`${url}/v1/messages`, { method: "POST", headers, body: "{}" }),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([403, 401, 401, 404, 404]);
  expect(await refused[0]?.json()).toMatchObject({ error: { type: "permission_error" } });
  expect([refused[0]?.headers.get("x-should-retry"), seen]).toEqual(["false", []]);
});

test.each([
  { status: 401, body: { error: { message: `Incorrect API key provided: ${key}` } }, at: "OPENAI_API_KEY" },
  { status: 429, body: { error: { code: "insufficient_quota" } }, at: "OPENAI_API_KEY" },
])("what no waiting heals ends the agent's work: $status", async ({ status, body, at }) => {
  const { ask, stops } = await door((response) => response.writeHead(status).end(JSON.stringify(body)));
  const answer = await ask();
  expect([answer.status, answer.headers.get("x-should-retry")]).toEqual([status, "false"]);
  expect(await answer.text()).not.toContain(key);
  expect(stops).toMatchObject([{ fault: { kind: "invalid", problems: [{ at }] } }]);
});

test("a limit that is used up is waited for until it is reset", async () => {
  const { ask, stops } = await door((response) =>
    response
      .writeHead(429, { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m30s" })
      .end('{"error":{}}'),
  );
  expect((await ask()).headers.get("x-should-retry")).toBe("false");
  const [wait] = stops;
  expect(wait instanceof ProviderWait && wait.until.toISOString()).toBe("2026-03-01T10:06:30.000Z");
});

test("twenty agents that spend all they can at once stay within the cap together", async () => {
  await using database = await openMemoryDatabase();
  const stores = createStores(database);
  const { spec } = await storePlan({ database, stores });
  const account = { kind: "spec", of: spec.id } as const;
  const capMicros = 10_000;
  await database.transaction((tx) => stores.budgets.setCaps(tx, account, { usdMicros: capMicros, tokens: null }));
  const price = { input: 1, output: 10, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0 };
  const parts = {
    ...stores,
    ...{ database, clock: new ManualClock(), identities: { uuid: () => randomUUID() }, priceOf: () => price },
    caps: { attempt: noCaps, task: noCaps, day: noCaps },
  };
  let granted = 0;
  const subject = { specId: spec.id, attempt: null, role: "agent" };
  const { ask, stops } = await door(
    (response, body) => {
      granted += Number(body["max_tokens"]);
      const used = { prompt_tokens: 20, completion_tokens: body["max_tokens"] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ usage: used }));
    },
    { meter: ({ model, promptDigest, ...call }) => meterCall(parts, { ...subject, model, promptDigest }, call) },
  );
  const hungry = { ...question, max_tokens: 300 };
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(hungry)));
  await Promise.all(answers.map((answer) => answer.text()));
  const served = answers.filter(({ status }) => status === 200).length;
  const line = async () => (await stores.budgets.linesOf([account])).find(({ unit }) => unit === "usd_micros");
  await expect.poll(async () => (await line())?.reserved).toBe(0);
  expect(served).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(20 - served);
  expect(stops).toHaveLength(20 - served);
  expect(await line()).toMatchObject({ cap: capMicros, settled: granted * 10 + served * 20, overrun: 0 });
  expect((await line())?.settled).toBeLessThanOrEqual(capMicros);
});

test("a request that is too large is answered with the reason, so that the agent does not send it again", async () => {
  const { ask, seen, troubles } = await door((response) => response.end("{}"));
  const answer = await ask({ ...question, messages: [{ role: "user", content: "x".repeat(40 * 1024 * 1024) }] });
  expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining("larger than") as string]);
  expect([seen, troubles]).toEqual([[], []]);
});
