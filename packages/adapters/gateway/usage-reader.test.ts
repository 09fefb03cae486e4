import { expect, test } from "vitest";
import { readMessagesUsage } from "./messages-usage.ts";
import { UsageReader } from "./usage-reader.ts";

const event = (value: object): string => `event: x\ndata: ${JSON.stringify(value)}\n\n`;
const start = event({
  type: "message_start",
  message: {
    usage: {
      ...{ input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 6, output_tokens: 1 },
      cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 5 },
    },
  },
});
const delta = event({ type: "content_block_delta", delta: { type: "text_delta", text: "Grüße, Welt" } });
const end = event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 42 } });

function read(text: string, options: { readonly isStream?: boolean; readonly cut?: number } = {}): UsageReader {
  const reader = new UsageReader(readMessagesUsage, options.isStream ?? true);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += options.cut ?? 7) reader.add(bytes.subarray(at, at + (options.cut ?? 7)));
  reader.end();
  return reader;
}

const input = { input: 10, cacheRead: 4, cacheWrite: 1, cacheWriteLong: 5 };

test.each([1, 7, 100_000])("a stream is counted by the provider, in pieces of %d bytes", (cut) => {
  const reader = read(start + delta + end, { cut });
  expect(reader.use(0)).toEqual({ ...input, output: 42 });
  expect([reader.isComplete, reader.isBeyond(42), reader.isBeyond(41)]).toEqual([true, false, true]);
});

test("a cut stream counts what came through, at least one token", () => {
  expect(read(start).use(0)).toEqual({ ...input, output: 1 });
  const cut = read(start + delta.repeat(10));
  expect(cut.use(0)).toEqual({ ...input, output: Math.ceil((13 * 10) / 4) });
  expect([cut.isComplete, read(delta).use(9)?.input, read("data: {broken\n").use(9)]).toEqual([false, 9, null]);
});

test("a provider that never stops writing is noticed without its count", () => {
  const reader = read(start + event({ type: "content_block_delta", delta: { text: "x".repeat(3300) } }));
  expect([reader.isBeyond(100), reader.isBeyond(200)]).toEqual([true, false]);
});

test("one document is counted whole", () => {
  const document = JSON.stringify({ type: "message", usage: { input_tokens: 3, output_tokens: 5 } });
  const reader = read(document, { isStream: false });
  expect(reader.use(0)).toEqual({ input: 3, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 5 });
  expect(reader.isComplete).toBe(true);
});
