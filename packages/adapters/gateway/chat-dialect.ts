import { readChatRequest, type OutputBound } from "./chat-request.ts";
import { readChatUsage } from "./chat-usage.ts";
import type { Dialect } from "./dialect.ts";

const errorTypes: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
  502: "server_error",
  503: "server_error",
};

/** OpenAI Chat Completions; `defaultBound` is how the provider wants the output bounded. */
export function chatDialect(defaultBound: OutputBound): Dialect {
  return {
    paths: new Map([["/v1/chat/completions", { path: "/chat/completions", isMetered: true }]]),
    readRequest: (text) => readChatRequest(text, defaultBound),
    providerHeaders: (key) => ({ authorization: `Bearer ${key}` }),
    passedHeaders: /^(?:x-request-id|retry-after|retry-after-ms|x-ratelimit-[a-z0-9-]+)$/,
    readUsage: readChatUsage,
    refusal: (status, message) => ({
      error: { message, type: errorTypes[status] ?? "invalid_request_error", param: null, code: null },
    }),
    modelList: (name) => ({
      object: "list",
      data: [{ id: name, object: "model", created: 0, owned_by: "omoios" }],
    }),
  };
}
