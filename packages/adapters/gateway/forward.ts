import { request as requestHttp, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { Dialect } from "./dialect.ts";

export type Provider = "anthropic" | "scripted" | "openai" | "openai-compatible";

/** Where a model is reached, and the key nobody inside a sandbox sees. */
export interface Upstream {
  /** Decides the wire it is asked on. */
  readonly provider: Provider;
  /** The model's name on the wire. */
  readonly name: string;
  /** With the version, without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
  /** Where a person sets the key; named when the provider refuses it. */
  readonly keySetting: string;
}

export interface ForwardOptions {
  readonly upstream: Upstream;
  readonly dialect: Dialect;
  /** Below the version, for example `/messages`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Aborts when the agent has gone. */
  readonly signal: AbortSignal;
  /** How long the provider may stay silent, at the beginning and in the middle of an answer. */
  readonly silenceMs: number;
}

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
export function answerHeaders(headers: IncomingHttpHeaders, { passedHeaders }: Dialect): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && (name === "content-type" || passedHeaders.test(name)) ? [[name, value]] : [],
    ),
  );
}

/** Built from nothing: what a sandbox sends must not steer how the provider treats the key. */
function headersFor({ upstream, dialect, headers, body }: ForwardOptions): Record<string, string> {
  return {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    // A compressed stream could not be metered.
    "accept-encoding": "identity",
    accept: headers.accept === "text/event-stream" ? "text/event-stream" : "application/json",
    "user-agent": "omoios-gateway",
    ...dialect.providerHeaders(upstream.key, headers),
  };
}
