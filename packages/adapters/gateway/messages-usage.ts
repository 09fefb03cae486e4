import { noTokens, type TokenUse } from "@omoios/domain/budget/call-cost";
import { z } from "zod";
import type { UsageEvent } from "./dialect.ts";

const count = z.int().min(0);
const usageSchema = z.object({
  input_tokens: count.nullish(),
  cache_read_input_tokens: count.nullish(),
  cache_creation_input_tokens: count.nullish(),
  cache_creation: z.object({ ephemeral_1h_input_tokens: count.nullish() }).nullish(),
  output_tokens: count.nullish(),
});
const eventSchema = z.object({
  type: z.string().optional(),
  message: z.object({ usage: usageSchema }).nullish(),
  usage: usageSchema.nullish(),
  delta: z
    .object({ text: z.string().optional(), thinking: z.string().optional(), partial_json: z.string().optional() })
    .nullish(),
});

/** Counts an answer on the Anthropic Messages wire: its first event says what was read, its last what was written. */
export function readMessagesUsage(raw: unknown, known: TokenUse | null): UsageEvent | null {
  const event = eventSchema.safeParse(raw).data;
  if (event === undefined) return null;
  const usage = event.message?.usage ?? event.usage;
  const { text: words = "", thinking = "", partial_json: json = "" } = event.delta ?? {};
  return {
    use: usage === null || usage === undefined ? known : merge(known ?? noTokens, usage),
    writtenBytes: Buffer.byteLength(words) + Buffer.byteLength(thinking) + Buffer.byteLength(json),
    isLast: event.type === "message_delta" || event.type === "message",
  };
}

/** Later numbers replace earlier ones: each event counts from the beginning. */
function merge(known: TokenUse, usage: z.infer<typeof usageSchema>): TokenUse {
  const long = usage.cache_creation?.ephemeral_1h_input_tokens ?? known.cacheWriteLong;
  const written = usage.cache_creation_input_tokens ?? known.cacheWrite + known.cacheWriteLong;
  return {
    input: usage.input_tokens ?? known.input,
    cacheRead: usage.cache_read_input_tokens ?? known.cacheRead,
    cacheWrite: Math.max(0, written - long),
    cacheWriteLong: long,
    output: usage.output_tokens ?? known.output,
  };
}
