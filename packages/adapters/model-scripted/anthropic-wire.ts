import { createHash } from "node:crypto";
import { z } from "zod";
import type { ScriptedAnswer } from "./scripted-answer.ts";

/** What this server reads of a request on the Anthropic Messages wire. */
export const messagesRequestSchema = z.object({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  stream: z.boolean().default(false),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.unknown() })).min(1),
  output_config: z.object({ format: z.object({ type: z.literal("json_schema") }).optional() }).optional(),
  tools: z.array(z.object({ name: z.string().optional() })).optional(),
  tool_choice: z.object({ type: z.string(), name: z.string().optional() }).optional(),
});
export type MessagesRequest = z.infer<typeof messagesRequestSchema>;

type ContentBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: unknown };

/** A whole message, as the API returns it when it is not streamed. */
export interface WireMessage {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly ContentBlock[];
  readonly stop_reason: string;
  readonly stop_sequence: null;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

/** One server-sent event. */
export interface WireEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * The message that carries an answer: words, or JSON as text under `output_config.format`, or as the input of the tool the
 * request forces. Usage counts four characters as a token, so that it is the same in every run; it is no measure of cost.
 */
export function wireMessage(
  answer: Exclude<ScriptedAnswer, { readonly kind: "error" }>,
  request: MessagesRequest,
): WireMessage {
  const asked = JSON.stringify(request.messages);
  const written = answer.kind === "json" ? JSON.stringify(answer.value) : answer.text;
  const digest = createHash("sha256").update(asked).update(written).digest("hex").slice(0, 24);
  const tool = answer.kind === "json" ? forcedTool(request) : null;
  return {
    id: `msg_${digest}`,
    type: "message",
    role: "assistant",
    model: request.model,
    content:
      answer.kind === "json" && tool !== null
        ? [{ type: "tool_use", id: `toolu_${digest}`, name: tool, input: answer.value }]
        : textContent(written),
    stop_reason: answer.kind === "text" ? answer.stop : tool === null ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage: { input_tokens: Math.ceil(asked.length / 4), output_tokens: Math.ceil(written.length / 4) },
  };
}

function textContent(text: string): readonly ContentBlock[] {
  return text === "" ? [] : [{ type: "text", text }];
}

function forcedTool(request: MessagesRequest): string | null {
  if (request.output_config?.format !== undefined) return null;
  if (request.tool_choice?.type === "tool") return request.tool_choice.name ?? null;
  const json = request.tools?.find((tool) => tool.name === "json");
  return json === undefined ? null : "json";
}

/** The same message as a stream of events, its text and tool input cut into small deltas. */
export function* wireEvents(message: WireMessage): Generator<WireEvent> {
  const { output_tokens, input_tokens } = message.usage;
  yield {
    type: "message_start",
    message: { ...message, content: [], stop_reason: null, usage: { input_tokens, output_tokens: 1 } },
  };
  for (const [index, block] of message.content.entries()) {
    const empty = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
    yield { type: "content_block_start", index, content_block: empty };
    const whole = block.type === "text" ? block.text : JSON.stringify(block.input);
    for (const piece of pieces(whole)) {
      const delta =
        block.type === "text" ? { type: "text_delta", text: piece } : { type: "input_json_delta", partial_json: piece };
      yield { type: "content_block_delta", index, delta };
    }
    yield { type: "content_block_stop", index };
  }
  yield {
    type: "message_delta",
    delta: { stop_reason: message.stop_reason, stop_sequence: null },
    usage: { output_tokens },
  };
  yield { type: "message_stop" };
}

const pieceChars = 64;

/** JSON carries half a surrogate pair as an escape, so a cut anywhere comes together again at the reader's end. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += pieceChars) yield text.slice(start, start + pieceChars);
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

/** An error body of the API. */
export function wireError(status: number, message: string): unknown {
  return { type: "error", error: { type: errorTypes[status] ?? "api_error", message } };
}
