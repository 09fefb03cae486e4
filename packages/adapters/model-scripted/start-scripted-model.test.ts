import { scenarioSchema } from "@omoios/contract/scenario";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startScriptedModel, type ScriptedModel } from "./start-scripted-model.ts";

const answer = { title: "Health ✓", files: ["a".repeat(200)] };
const scenario = scenarioSchema.parse({
  version: 1,
  model: {
    plan: [answer],
    words: [{ $text: "" }],
    odd: [{ $txt: "x" }],
    failing: [{ $error: { status: 529, message: "busy" } }],
  },
  agent: [],
});

let server: ScriptedModel;
beforeAll(async () => {
  server = await startScriptedModel({
    scenarioOf: (id) =>
      id === "broken" ? Promise.reject(new Error("disk on fire")) : Promise.resolve(id === "a/b" ? scenario : null),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const nativeBody = {
  model: "m",
  max_tokens: 10,
  messages: [{ role: "user", content: "hi" }],
  output_config: { format: { type: "json_schema", schema: {} } },
};
const toolBody = {
  ...nativeBody,
  output_config: undefined,
  tools: [{ name: "json", input_schema: {} }],
  tool_choice: { type: "tool", name: "json" },
};

function post(
  body: unknown,
  change: { readonly path?: string; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${server.url}${change.path ?? "/spec/a%2Fb/v1/messages"}`, {
    method: "POST",
    headers: { "x-omoios-role": "plan", "x-omoios-turn": "0", ...change.headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const errorSchema = z.object({ type: z.literal("error"), error: z.object({ type: z.string(), message: z.string() }) });
const errorOf = async (response: Response) => ({
  status: response.status,
  ...errorSchema.parse(await response.json()).error,
});

describe("a message", () => {
  test("carries JSON as text under output_config.format, the same each time", async () => {
    const [first, second] = [await (await post(nativeBody)).text(), await (await post(nativeBody)).text()];
    expect(first).toBe(second);
    expect(JSON.parse(first)).toMatchObject({
      stop_reason: "end_turn",
      content: [{ type: "text", text: JSON.stringify(answer) }],
    });
  });

  test("carries JSON as the input of a forced tool", async () => {
    const body: unknown = await (await post(toolBody)).json();
    expect(body).toMatchObject({
      stop_reason: "tool_use",
      content: [{ type: "tool_use", name: "json", input: answer }],
    });
  });

  test.each([
    ["text", nativeBody],
    ["a tool", toolBody],
  ])("streams as %s with the same content", async (_, body) => {
    const whole = z
      .object({ content: z.array(z.record(z.string(), z.unknown())) })
      .parse(await (await post(body)).json());
    const response = await post({ ...body, stream: true });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const eventSchema = z.looseObject({
      type: z.string(),
      delta: z.looseObject({ text: z.string().optional(), partial_json: z.string().optional() }).optional(),
    });
    const events = (await response.text())
      .split("\n\n")
      .filter((block) => block !== "")
      .map((block) => eventSchema.parse(JSON.parse(block.slice(block.indexOf("data: ") + 6))));
    expect(events[0]?.type).toBe("message_start");
    expect(events.at(-1)?.type).toBe("message_stop");
    const streamed = events.map((event) => event.delta?.text ?? event.delta?.partial_json ?? "").join("");
    const [block] = whole.content;
    expect(JSON.parse(streamed)).toEqual(
      block?.["type"] === "text" ? JSON.parse(String(block["text"])) : block?.["input"],
    );
  });

  test("without words has no content", async () => {
    const body: unknown = await (await post(nativeBody, { headers: { "x-omoios-role": "words" } })).json();
    expect(body).toMatchObject({ content: [], stop_reason: "end_turn" });
  });
});

describe("a refusal", () => {
  const as = (role: string) => ({ headers: { "x-omoios-role": role } });
  const at = (path: string) => ({ path });
  const refusals: readonly {
    what: string;
    status: number;
    says: RegExp;
    body?: unknown;
    change?: Parameters<typeof post>[1];
  }[] = [
    { what: "an unknown role", status: 400, says: /roles it has: plan, words, odd, failing/, change: as("validate") },
    { what: "no role", status: 400, says: /x-omoios-role is missing/, change: as("") },
    { what: "a malformed role", status: 400, says: /well-formed/, change: as("%ff") },
    { what: "a bad turn", status: 400, says: /x-omoios-turn/, change: { headers: { "x-omoios-turn": "-1" } } },
    { what: "a misspelt entry", status: 400, says: /holds \$txt/, change: as("odd") },
    { what: "a played error", status: 529, says: /busy/, change: as("failing") },
    { what: "a body that is not JSON", status: 400, says: /not JSON/, body: "{" },
    { what: "a body that is no request", status: 400, says: /messages/, body: { model: "m" } },
    { what: "a body that is too large", status: 413, says: /larger than/, body: " ".repeat(16 * 1024 * 1024 + 1) },
    { what: "a spec without a scenario", status: 404, says: /--scenario FILE/, change: at("/spec/other/v1/messages") },
    {
      what: "a scenario that cannot be read",
      status: 500,
      says: /disk on fire/,
      change: at("/spec/broken/v1/messages"),
    },
    { what: "another path", status: 404, says: /only POST/, change: at("/v1/messages") },
    { what: "a path below", status: 404, says: /only POST/, change: at("/spec/a%2Fb/v1/messages/count_tokens") },
    { what: "a malformed path", status: 404, says: /well-formed/, change: at("/spec/%ff/v1/messages") },
  ];

  test.each(refusals)("answers $what with $status", async ({ status, says, body, change }) => {
    const error = await errorOf(await post(body ?? nativeBody, change));
    expect(error.status).toBe(status);
    expect(error.message).toMatch(says);
  });

  test("answers another method with 404", async () => {
    expect((await fetch(`${server.url}/spec/a%2Fb/v1/messages`)).status).toBe(404);
  });

  test("answers a foreign Host with 404", async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${server.url}/spec/a%2Fb/v1/messages`, {
        method: "POST",
        headers: { host: "evil.example" },
      });
      request.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
      request.end(JSON.stringify(nativeBody));
    });
    expect(status).toBe(404);
  });
});
