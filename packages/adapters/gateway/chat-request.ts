import { tokenCeiling } from "@omoios/domain/budget/call-cost";
import { z } from "zod";
import type { AskedRequest } from "./dialect.ts";
import { Refusal } from "./refusal.ts";
import { isRecord, parseRequest } from "./request-body.ts";

const outputTokens = z.int().min(1).nullish();

/** What a request on the OpenAI Chat wire has to have; everything it may have is in `passed`. */
const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  max_tokens: outputTokens,
  max_completion_tokens: outputTokens,
  stream: z.boolean().nullish(),
  messages: z.array(z.looseObject({ content: z.unknown() })).min(1),
  tools: z.array(z.looseObject({ type: z.string() })).nullish(),
});
type RequestBody = z.infer<typeof requestSchema>;

/**
 * Fields that reach the provider. What is not here changes what an answer costs (several at once, predictions, tiers),
 * is kept by the provider, or reaches out of the conversation.
 */
const passed: ReadonlySet<string> = new Set([
  ...["model", "messages", "stream", "tools", "tool_choice", "parallel_tool_calls", "response_format", "stop", "seed"],
  ...["temperature", "top_p", "frequency_penalty", "presence_penalty", "logit_bias", "reasoning_effort", "verbosity"],
]);

/** Tools the agent runs itself, in its jail. */
const ownTools: ReadonlySet<string> = new Set(["function", "custom"]);

/** Room for a large file, for an agent that leaves the bound to the provider. */
const defaultOutputTokens = 32_000;
const leastAnswer = 256;

/** How a bound on the output is written where the agent has not written one. */
export type OutputBound = "max_tokens" | "max_completion_tokens";

/** Reads a request, leaves out what may not pass, and has the provider count what it streams. */
export function readChatRequest(text: string, defaultBound: OutputBound): AskedRequest {
  const { data, kept, stripped } = parseRequest(text, requestSchema, passed);
  const bound = boundOf(data, defaultBound);
  refuseFetches(data);
  const tools = (data.tools ?? []).filter((tool) => ownTools.has(tool.type));
  const barred = (data.tools ?? []).filter((tool) => !tools.includes(tool));
  const { tools: _all, tool_choice: choice, parallel_tool_calls: parallel, ...rest } = kept;
  const clean = {
    ...rest,
    // The provider takes neither an empty list of tools nor a choice among none.
    ...(tools.length === 0 ? {} : { tools, tool_choice: choice, parallel_tool_calls: parallel }),
    ...(data.stream === true ? { stream_options: { include_usage: true } } : {}),
  };
  return {
    model: data.model,
    wantedOutputTokens: data[bound] ?? defaultOutputTokens,
    leastOutputTokens: leastAnswer,
    inputTokens: tokenCeiling(Buffer.byteLength(JSON.stringify(clean))),
    // Providers of this wire cache by themselves, for no more than plain input.
    caches: false,
    stripped: [...stripped.filter((name) => !isBound(name)), ...barred.map((tool) => `tool ${tool.type}`)],
    body: (granted) => JSON.stringify(granted === null ? clean : { ...clean, [bound]: granted }),
  };
}

/** The field the agent bounds its output with: models differ in which they know. */
function boundOf(data: RequestBody, otherwise: OutputBound): OutputBound {
  if (typeof data.max_completion_tokens === "number") return "max_completion_tokens";
  return typeof data.max_tokens === "number" ? "max_tokens" : otherwise;
}

/** Written again in the body, with what was granted. */
function isBound(name: string): boolean {
  return name === "max_tokens" || name === "max_completion_tokens" || name === "stream_options";
}

/** A picture or file that is named by address would be fetched by the provider, past the jail's missing network. */
function refuseFetches({ messages }: RequestBody): void {
  for (const { content } of messages) {
    for (const part of Array.isArray(content) ? (content as readonly unknown[]) : []) {
      if (!isRecord(part)) continue;
      const { image_url: image, file } = part;
      const address = isRecord(image) ? image["url"] : image;
      if (address !== undefined && !(typeof address === "string" && address.startsWith("data:"))) {
        throw new Refusal(403, "A picture by its address cannot be used here: send the content itself");
      }
      if (isRecord(file) && file["file_id"] !== undefined) {
        throw new Refusal(403, "A stored file cannot be used here: send the content itself");
      }
    }
  }
}
