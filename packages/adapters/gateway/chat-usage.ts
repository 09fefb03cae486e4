import type { TokenUse } from "@omoios/domain/budget/call-cost";
import { z } from "zod";
import type { UsageEvent } from "./dialect.ts";

const count = z.int().min(0);
const usageSchema = z.object({
  prompt_tokens: count.nullish(),
  completion_tokens: count.nullish(),
  prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
});
const text = z.string().nullish();
const spokenSchema = z.object({
  content: text,
  refusal: text,
  reasoning_content: text,
  tool_calls: z.array(z.object({ function: z.object({ arguments: text }).nullish() })).nullish(),
});
const eventSchema = z.object({
  choices: z.array(z.object({ delta: spokenSchema.nullish() })).nullish(),
  usage: usageSchema.nullish(),
});

/** Counts an answer on the OpenAI Chat wire: only its last event, or the whole document, holds the provider's count. */
export function readChatUsage(raw: unknown, known: TokenUse | null): UsageEvent | null {
  const event = eventSchema.safeParse(raw).data;
  if (event === undefined) return null;
  const usage = event.usage ?? null;
  const use = usage === null ? known : useOf(usage);
  return { use, writtenBytes: writtenBytes(event), isLast: usage !== null };
}

/** Cached input is part of the prompt's count there, and of no second number here. */
function useOf(usage: z.infer<typeof usageSchema>): TokenUse {
  const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    input: Math.max(0, (usage.prompt_tokens ?? 0) - cacheRead),
    cacheRead,
    cacheWrite: 0,
    cacheWriteLong: 0,
    output: usage.completion_tokens ?? 0,
  };
}

function writtenBytes({ choices }: z.infer<typeof eventSchema>): number {
  const pieces = (choices ?? []).flatMap(({ delta }) => [
    ...[delta?.content, delta?.refusal, delta?.reasoning_content],
    ...(delta?.tool_calls ?? []).map((call) => call.function?.arguments),
  ]);
  return pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece ?? ""), 0);
}
