import { tokenCeiling } from "@omoios/domain/budget/call-cost";
import { z } from "zod";
import type { AskedRequest } from "./dialect.ts";
import { Refusal } from "./refusal.ts";
import { isRecord, parseRequest } from "./request-body.ts";

const tool = z.looseObject({ type: z.string().optional() });

/** What a request on the Anthropic Messages wire has to have; everything it may have is in `passed`. */
const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  max_tokens: z.int().min(1).optional(),
  stream: z.boolean().optional(),
  messages: z.array(z.looseObject({ content: z.unknown() })).min(1),
  tools: z.array(tool).optional(),
  thinking: z.looseObject({ budget_tokens: z.int().min(0).optional() }).optional(),
});
type RequestBody = z.infer<typeof requestSchema>;

/**
 * Fields that reach the provider. What is not here either changes what a token costs (tiers, regions, speed) or reaches
 * out of the conversation (connectors, containers, files), so it needs a decision first.
 */
const passed: ReadonlySet<string> = new Set([
  ...["model", "max_tokens", "stream", "messages", "system", "tools", "tool_choice", "thinking", "metadata"],
  ...["temperature", "top_p", "top_k", "stop_sequences", "output_config", "output_format", "context_management"],
]);

/** Tools the agent runs itself, in its jail. Any other type runs at the provider, outside every jail. */
const ownTool = /^(?:custom|(?:bash|text_editor|computer|memory)_\d{8}|tool_search_tool_(?:regex|bm25)(?:_\d{8})?)$/;

/** Beta features that reach out of the conversation, or change its price. */
const barredBeta = /^(?:mcp-client|files-api|code-execution|web-fetch|web-search|skills|context-1m|fast-mode)/;

const leastAnswer = 256;

/** Reads a request, leaves out what may not pass, and refuses what would make the provider fetch something. */
export function readMessagesRequest(text: string): AskedRequest {
  const { data, kept, stripped } = parseRequest(text, requestSchema, passed);
  const tools = data.tools?.filter((one) => one.type === undefined || ownTool.test(one.type));
  const barred = (data.tools ?? []).filter((one) => tools?.includes(one) === false);
  refuseFetches(data);
  const clean = { ...kept, ...(tools === undefined ? {} : { tools }) };
  const sent = JSON.stringify(clean);
  return {
    model: data.model,
    wantedOutputTokens: data.max_tokens ?? null,
    leastOutputTokens: (data.thinking?.budget_tokens ?? 0) + leastAnswer,
    inputTokens: tokenCeiling(Buffer.byteLength(sent)),
    caches: sent.includes('"cache_control"'),
    stripped: [...stripped, ...barred.map((one) => `tool ${one.type ?? ""}`)],
    body: (outputTokens) => (outputTokens === null ? sent : JSON.stringify({ ...clean, max_tokens: outputTokens })),
  };
}

/** The beta features of a request that may pass. */
export function passedBetas(header: string): string {
  const names = header.split(",").map((name) => name.trim());
  return names.filter((name) => /^[a-z0-9.-]+$/.test(name) && !barredBeta.test(name)).join(",");
}

/**
 * A picture or document that is named by address would be fetched by the provider, past the jail's missing network. What
 * a block holds in other fields, such as a tool's input, is only text to the provider.
 */
function refuseFetches({ messages }: RequestBody): void {
  const waiting: unknown[] = messages.map((message) => message.content);
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (Array.isArray(next)) waiting.push(...(next as readonly unknown[]));
    else if (isRecord(next)) {
      const { source, content } = next;
      if (isRecord(source) && (source["type"] === "url" || source["type"] === "file")) {
        throw new Refusal(403, `A ${source["type"]} source cannot be used here: send the content itself`);
      }
      waiting.push(source, content);
    }
  }
}
