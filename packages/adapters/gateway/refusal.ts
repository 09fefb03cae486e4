import type { ServerResponse } from "node:http";

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
};

/** An answer of the gateway itself. Agents are told not to try again: the same request would be refused again. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Sends a refusal in the words of the Anthropic API; a response that has begun can only be cut. */
export function sendRefusal(response: ServerResponse, { status, message }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", "x-should-retry": "false", connection: "close" });
  response.end(JSON.stringify({ type: "error", error: { type: errorTypes[status] ?? "api_error", message } }));
}
