import type { Dialect } from "./dialect.ts";
import { passedBetas, readMessagesRequest } from "./messages-request.ts";
import { readMessagesUsage } from "./messages-usage.ts";

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
};

/** Anthropic Messages. */
export const messagesDialect: Dialect = {
  paths: new Map([
    ["/v1/messages", { path: "/messages", isMetered: true }],
    ["/v1/messages/count_tokens", { path: "/messages/count_tokens", isMetered: false }],
  ]),
  readRequest: readMessagesRequest,
  providerHeaders(key, agent) {
    const sent = agent["anthropic-beta"];
    const betas = passedBetas(typeof sent === "string" ? sent : (sent ?? []).join(","));
    return {
      "x-api-key": key,
      "anthropic-version": "2023-06-01",
      ...(betas === "" ? {} : { "anthropic-beta": betas }),
    };
  },
  passedHeaders: /^(?:request-id|retry-after|anthropic-ratelimit-[a-z0-9-]+)$/,
  readUsage: readMessagesUsage,
  refusal: (status, message) => ({ type: "error", error: { type: errorTypes[status] ?? "api_error", message } }),
  modelList: (name) => ({
    data: [{ type: "model", id: name, display_name: name, created_at: "1970-01-01T00:00:00Z" }],
    ...{ has_more: false, first_id: name, last_id: name },
  }),
};
