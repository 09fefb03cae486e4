import { noTokens } from "@omoios/domain/budget/call-cost";
import { expect, test } from "vitest";
import { readChatRequest } from "./chat-request.ts";
import { readChatUsage } from "./chat-usage.ts";
import { UsageReader } from "./usage-reader.ts";

const request = { model: "m", max_tokens: 1000, messages: [{ role: "user", content: "Hi" }] };
const read = (change: object) => readChatRequest(JSON.stringify({ ...request, ...change }), "max_completion_tokens");
const bodyOf = (change: object, granted = 77) => JSON.parse(read(change).body(granted)) as Record<string, unknown>;

test("asks for no more output than is granted, in the field the agent wrote or the provider knows", () => {
  expect(bodyOf({})).toEqual({ ...request, max_tokens: 77 });
  expect(bodyOf({ max_completion_tokens: 9 }, 5)).toMatchObject({ max_completion_tokens: 5 });
  expect(bodyOf({ max_completion_tokens: 9 }, 5)).not.toHaveProperty("max_tokens");
  expect(bodyOf({ max_tokens: null })).toMatchObject({ max_completion_tokens: 77 });
  expect([read({}).wantedOutputTokens, read({ max_tokens: undefined }).wantedOutputTokens]).toEqual([1000, 32_000]);
});

test("a stream is made to end with its count, whatever the agent asked for", () => {
  expect(bodyOf({ stream: true, stream_options: { include_usage: false } })).toMatchObject({
    stream_options: { include_usage: true },
  });
  expect(bodyOf({})).not.toHaveProperty("stream_options");
});

test("tools the provider would run, several answers at once and everything unheard-of are left out", () => {
  const own = { type: "function", function: { name: "write" } };
  const asked = read({ tools: [own, { type: "web_search" }], n: 8, store: true, service_tier: "priority" });
  expect(JSON.parse(asked.body(1))).toEqual({ ...request, max_tokens: 1, tools: [own] });
  expect(asked.stripped).toEqual(["n", "store", "service_tier", "tool web_search"]);
  expect(bodyOf({ tools: [{ type: "web_search" }], tool_choice: "required" })).toEqual({ ...request, max_tokens: 77 });
});

test.each([
  { type: "image_url", image_url: { url: "https://evil.example/?secret" } },
  { type: "image_url", image_url: "https://evil.example/" },
  { type: "file", file: { file_id: "f" } },
])("what the provider would fetch is refused: %j", (part) => {
  expect(() => read({ messages: [{ role: "user", content: [part] }] })).toThrow("cannot be used here");
});

test("what is sent along passes", () => {
  const part = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
  expect(bodyOf({ messages: [{ role: "user", content: [part] }] })).toMatchObject({ messages: [{ content: [part] }] });
});

const chunk = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
const spoken = chunk({ choices: [{ delta: { content: "Grüße" } }] });
const calling = chunk({ choices: [{ delta: { tool_calls: [{ function: { arguments: '{"a":1}' } }] } }] });
const counted = chunk({
  choices: [],
  usage: { prompt_tokens: 20, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 5 } },
});

function usageOf(text: string, isStream = true): UsageReader {
  const reader = new UsageReader(readChatUsage, isStream);
  reader.add(Buffer.from(text));
  reader.end();
  return reader;
}

test("an answer is counted by its last event; a cut one as what came through over what was sent", () => {
  const whole = usageOf(`${spoken}${calling}${counted}data: [DONE]\n\n`);
  expect([whole.isComplete, whole.use(99)]).toEqual([true, { ...noTokens, input: 15, cacheRead: 5, output: 7 }]);
  const cut = usageOf(spoken.repeat(4) + calling);
  expect([cut.isComplete, cut.use(99)]).toEqual([
    false,
    { ...noTokens, input: 99, output: Math.ceil((4 * 7 + 7) / 4) },
  ]);
  expect(usageOf("data: [DONE]\n\n").use(99)).toBeNull();
  const document = JSON.stringify({ choices: [{ message: {} }], usage: { prompt_tokens: 3, completion_tokens: 5 } });
  expect(usageOf(document, false).use(0)).toEqual({ ...noTokens, input: 3, output: 5 });
});
