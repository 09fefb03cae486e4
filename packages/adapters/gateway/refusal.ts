import type { ServerResponse } from "node:http";
import type { Dialect } from "./dialect.ts";

/** An answer of the gateway itself. Agents are told not to try again: the same request would be refused again. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Sends a refusal in the provider's own shape; a response that has begun can only be cut. */
export function sendRefusal(response: ServerResponse, { status, message }: Refusal, dialect: Dialect): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", "x-should-retry": "false", connection: "close" });
  response.end(JSON.stringify(dialect.refusal(status, message)));
}
