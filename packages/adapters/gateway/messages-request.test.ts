import { expect, test } from "vitest";
import { passedBetas, readMessagesRequest } from "./messages-request.ts";
import { Refusal } from "./refusal.ts";

const request = { model: "m", max_tokens: 1000, messages: [{ role: "user", content: "Hi" }] };
const read = (change: object) => readMessagesRequest(JSON.stringify({ ...request, ...change }));
const refusalOf = (text: string): Refusal => {
  try {
    readMessagesRequest(text);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("it was not refused");
};

test("asks for no more output than is granted and holds twice the likely input", () => {
  const asked = read({ system: "You work." });
  expect(JSON.parse(asked.body(77))).toEqual({ ...request, system: "You work.", max_tokens: 77 });
  expect(asked).toMatchObject({ wantedOutputTokens: 1000, leastOutputTokens: 256, caches: false, stripped: [] });
  expect(asked.inputTokens).toBe(Math.ceil(asked.body(null).length / 2));
  const cached = read({ system: [{ type: "text", text: "x", cache_control: { type: "ephemeral" } }] });
  expect(cached.caches).toBe(true);
  expect(read({ thinking: { type: "enabled", budget_tokens: 4000 } }).leastOutputTokens).toBe(4256);
});

test("tools the provider would run, connectors and everything unheard-of are left out", () => {
  const own = [
    { name: "Write", input_schema: {} },
    { type: "custom", name: "Bash" },
    { type: "bash_20250124", name: "bash" },
  ];
  const theirs = ["web_search_20250305", "web_fetch_20250910", "code_execution_20250825", "mcp_toolset"];
  const asked = read({
    tools: [...own, ...theirs.map((type) => ({ type, name: type }))],
    ...{ mcp_servers: [{ url: "https://evil.example" }], container: "c", speed: "fast", service_tier: "priority" },
  });
  const sent = JSON.parse(asked.body(10)) as Record<string, unknown>;
  expect(sent["tools"]).toEqual(own);
  expect(Object.keys(sent).toSorted()).toEqual(["max_tokens", "messages", "model", "tools"]);
  expect(asked.stripped).toEqual([
    ...["mcp_servers", "container", "speed", "service_tier"],
    ...theirs.map((type) => `tool ${type}`),
  ]);
});

test.each([
  [{ type: "image", source: { type: "url", url: "https://evil.example/?secret" } }],
  [{ type: "document", source: { type: "file", file_id: "f" } }],
  [{ type: "document", source: { type: "content", content: [{ type: "image", source: { type: "url", url: "x" } }] } }],
  [{ type: "tool_result", tool_use_id: "t", content: [{ type: "image", source: { type: "url", url: "https://x" } }] }],
])("what the provider would fetch is refused: %j", (block) => {
  expect(refusalOf(JSON.stringify({ ...request, messages: [{ role: "user", content: [block] }] })).status).toBe(403);
});

test("a tool's own input may hold what it likes", () => {
  const block = { type: "tool_use", id: "t", name: "Fetch", input: { source: { type: "url" } } };
  expect(read({ messages: [{ role: "assistant", content: [block] }] }).model).toBe("m");
});

test.each(["", "[]", '{"model":"m"}', '{"model":"m","messages":[]}'])("%j is refused as no request", (text) => {
  expect(refusalOf(text).status).toBe(400);
});

test("beta features that reach out or cost more are left out", () => {
  const header =
    "claude-code-20250219, context-1m-2025-08-07,mcp-client-2025-04-04,interleaved-thinking-2025-05-14,a b";
  expect(passedBetas(header)).toBe("claude-code-20250219,interleaved-thinking-2025-05-14");
});
