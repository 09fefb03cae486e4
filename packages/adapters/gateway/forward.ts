import { request as requestHttp, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { passedBetas } from "./messages-request.ts";

/** Where a model is reached, and the key nobody inside a sandbox sees. */
export interface Upstream {
  /** The model's name on the wire. */
  readonly name: string;
  /** With the version, without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
}

export interface ForwardOptions {
  readonly upstream: Upstream;
  /** Below the version, for example `/messages`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Aborts when the agent has gone. */
  readonly signal: AbortSignal;
  /** How long the provider may stay silent, at the beginning and in the middle of an answer. */
  readonly silenceMs: number;
}

const answeredHeaders = /^(?:content-type|request-id|retry-after|anthropic-ratelimit-[a-z0-9-]+)$/;

/** Sends a request on and resolves with the answer's beginning. Redirects are answers: following one would carry the key. */
export function forward(options: ForwardOptions): Promise<IncomingMessage> {
  const url = new URL(`${options.upstream.baseUrl}${options.path}`);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = send(url, { method: "POST", headers: headersFor(options), signal: options.signal });
    sent.setTimeout(options.silenceMs, () => {
      sent.destroy(new Error(`The provider was silent for ${options.silenceMs} ms`));
    });
    sent.once("response", resolve).once("error", reject).end(options.body);
  });
}

/** The provider's headers an agent may see. */
export function answerHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && answeredHeaders.test(name) ? [[name, value]] : [],
    ),
  );
}

/** Built from nothing: what a sandbox sends must not steer how the provider treats the key. */
function headersFor({ upstream, headers, body }: ForwardOptions): Record<string, string> {
  const betas = passedBetas(headerText(headers["anthropic-beta"]));
  return {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    // A compressed stream could not be metered.
    "accept-encoding": "identity",
    accept: headerText(headers.accept) === "text/event-stream" ? "text/event-stream" : "application/json",
    "anthropic-version": "2023-06-01",
    "x-api-key": upstream.key,
    "user-agent": "omoios-gateway",
    ...(betas === "" ? {} : { "anthropic-beta": betas }),
  };
}

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value ?? []).join(",");
}
