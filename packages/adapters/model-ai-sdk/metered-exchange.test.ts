import { FaultError } from "@omoios/domain/shared/fault";
import type { CallToMeter, ExchangeEnd, Meter, ModelRequest } from "@omoios/engine/ports/models";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { openModels } from "./open-models.ts";

const answer = {
  ...{
    id: "m",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5",
    stop_reason: "end_turn",
    stop_sequence: null,
  },
  content: [{ type: "text", text: '{"title":"Health"}' }],
  usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 },
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A provider that answers as it is told, and the bodies it was sent. */
async function provider(respond: RequestListener) {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      respond(request, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const answering =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

/** A meter that grants so much and remembers what was asked of it and how each exchange ended. */
function recordingMeter(outputTokens = 4000) {
  const asked: CallToMeter[] = [];
  const ends: ExchangeEnd[] = [];
  const meter: Meter = (call) => {
    asked.push(call);
    return Promise.resolve({ outputTokens, end: (end) => Promise.resolve(void ends.push(end)) });
  };
  return { asked, ends, meter };
}

function ask(url: string, meter: Meter, tryTimeoutMs = 20_000) {
  const models = openModels({
    keys: { anthropic: null, openai: null },
    baseUrls: { anthropic: url, openai: null },
    scriptedUrl: null,
    now: () => new Date(),
    tryTimeoutMs,
  });
  const request: ModelRequest<{ title: string }> = {
    ...{ model: "anthropic:claude-sonnet-4-5", role: "plan", specId: "s1", turn: 0, system: "You plan.", meter },
    prompt: "Plan a health check.",
    schema: z.object({ title: z.string() }),
    signal: new AbortController().signal,
  };
  return models.generate(request);
}

test("a model is asked for no more output than was granted, and the exchange ends with what it used", async () => {
  const { url, bodies } = await provider(answering(200, answer));
  const { asked, ends, meter } = recordingMeter(1234);
  await ask(url, meter);
  expect(bodies).toMatchObject([{ max_tokens: 1234 }]);
  expect(asked[0]?.inputTokens).toBeGreaterThanOrEqual("You plan.Plan a health check.".length / 2);
  expect(ends).toEqual([
    { outcome: "answered", use: { input: 10, cacheRead: 3, cacheWrite: 2, cacheWriteLong: 0, output: 5 } },
  ]);
});

test("what the provider refused cost nothing, what nobody heard the end of is unknown", async () => {
  const { ends, meter } = recordingMeter();
  const refusing = await provider(
    answering(400, { type: "error", error: { type: "invalid_request_error", message: "no" } }),
  );
  await expect(ask(refusing.url, meter)).rejects.toThrow("answered 400");
  const silent = await provider(() => undefined);
  await expect(ask(silent.url, meter, 100)).rejects.toThrow("did not answer");
  expect(ends).toMatchObject([{ outcome: "refused" }, { outcome: "unknown" }]);
});

test("a budget that does not hold the call stops it before it is made", async () => {
  const { url, bodies } = await provider(answering(200, answer));
  const meter: Meter = () => Promise.reject(new FaultError({ kind: "limit", message: "nothing left" }));
  await expect(ask(url, meter)).rejects.toMatchObject({ fault: { kind: "limit" } });
  expect(bodies).toEqual([]);
});
