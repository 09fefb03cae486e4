import { noTokens } from "@omoios/domain/budget/call-cost";
import { FaultError } from "@omoios/domain/shared/fault";
import { ProviderWait, type DoorRequest } from "@omoios/engine/ports/gateway";
import type { ExchangeEnd, MeteredCall } from "@omoios/engine/ports/models";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { answerHeaders, forward, type Upstream } from "./forward.ts";
import { readMessagesRequest, type MessagesRequest } from "./messages-request.ts";
import { Refusal, sendRefusal } from "./refusal.ts";
import { resetTime } from "./reset-time.ts";
import { UsageReader } from "./usage-reader.ts";

export interface ExchangeOptions {
  readonly upstream: Upstream;
  readonly model: string;
  readonly meter: DoorRequest["meter"];
  readonly onStop: DoorRequest["onStop"];
  readonly silenceMs: number;
  /** A provider that wants to be left alone for longer is not waited for: the attempt gives its slot away. */
  readonly longestWaitMs: number;
  readonly now: () => Date;
}

interface Exchange {
  readonly asked: MessagesRequest;
  readonly path: "/messages" | "/messages/count_tokens";
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

/** Carries one request to the provider and its answer back, metered; what is refused is answered here. */
export async function exchange(
  incoming: { readonly text: string; readonly path: Exchange["path"]; readonly headers: IncomingHttpHeaders },
  response: ServerResponse,
  options: ExchangeOptions,
): Promise<void> {
  const asked = readMessagesRequest(incoming.text);
  if (asked.model !== options.upstream.name) {
    throw new Refusal(403, `The model ${asked.model} cannot be used here; ${options.upstream.name} can`);
  }
  const own: Exchange = { asked, path: incoming.path, headers: incoming.headers, response };
  if (incoming.path === "/messages/count_tokens") {
    await carry(own, { granted: null }, options);
    return;
  }
  if (asked.wantedOutputTokens === null) throw new Refusal(400, "max_tokens is missing");
  const metered = await reserve(own, incoming.text, options);
  let end: ExchangeEnd = { outcome: "unknown" };
  try {
    end = await carry(own, { granted: metered.outputTokens }, options);
  } finally {
    await metered.end(end);
  }
}

async function reserve({ asked }: Exchange, text: string, options: ExchangeOptions): Promise<MeteredCall> {
  try {
    return await options.meter({
      model: options.model,
      promptDigest: createHash("sha256").update(text).digest("hex"),
      inputTokens: asked.inputTokens,
      caches: asked.caches,
      wantedOutputTokens: asked.wantedOutputTokens ?? 0,
      leastOutputTokens: asked.leastOutputTokens,
    });
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.kind !== "limit") throw error;
    options.onStop(error);
    throw new Refusal(403, error.message, { cause: error });
  }
}

async function carry(
  own: Exchange,
  { granted }: { readonly granted: number | null },
  options: ExchangeOptions,
): Promise<ExchangeEnd> {
  const gone = new AbortController();
  own.response.once("close", () => gone.abort(new Error("The agent left")));
  let answer: IncomingMessage;
  try {
    answer = await forward({ ...options, ...own, body: own.asked.body(granted), signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) sendUnreachable(own.response, error);
    return isNeverSent(error) ? { outcome: "refused", use: noTokens } : { outcome: "unknown" };
  }
  const status = answer.statusCode ?? 502;
  if (status !== 200) {
    await refusedBy(answer, status, { own, options });
    return { outcome: "refused", use: noTokens };
  }
  return pass(answer, own, granted);
}

/** An answer on its way: written as it comes, counted as it passes, cut when it is longer than was granted. */
async function pass(answer: IncomingMessage, { response }: Exchange, granted: number | null): Promise<ExchangeEnd> {
  const usage = new UsageReader(answer.headers["content-type"]?.startsWith("text/event-stream") === true);
  response.writeHead(200, answerHeaders(answer.headers));
  response.flushHeaders();
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      usage.add(chunk);
      if (granted !== null && usage.isBeyond(granted)) {
        response.destroy();
        break;
      }
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
      if (response.destroyed) break;
    }
    usage.end();
    response.end();
  } catch {
    // The provider or the agent broke off: the agent sees a cut answer, and what came through is counted below.
    response.destroy();
  } finally {
    answer.destroy();
  }
  const use = usage.use();
  if (use === null) return { outcome: "unknown" };
  return { outcome: usage.isComplete ? "answered" : "cut", use };
}

const maxErrorBytes = 64 * 1024;

/** Passes a provider's refusal on; one that waiting or trying again cannot cure ends the agent's work. */
async function refusedBy(
  answer: IncomingMessage,
  status: number,
  { own, options }: { readonly own: Exchange; readonly options: ExchangeOptions },
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxErrorBytes) break;
    chunks.push(chunk);
  }
  const said = Buffer.concat(chunks).toString("utf8").replaceAll(options.upstream.key, "[redacted]");
  const stop = stopFor(answer, status, options);
  if (stop !== null) options.onStop(stop);
  const isRedirect = status >= 300 && status < 400;
  own.response.writeHead(isRedirect ? 502 : status, {
    ...answerHeaders(answer.headers),
    ...(stop === null && !isRedirect ? {} : { "x-should-retry": "false" }),
  });
  own.response.end(said);
}

function stopFor(answer: IncomingMessage, status: number, options: ExchangeOptions): Error | null {
  if (status === 401 || status === 403) {
    return new FaultError({
      kind: "invalid",
      message: `The provider of ${options.model} refused the key (${status})`,
      problems: [
        {
          at: "ANTHROPIC_API_KEY",
          message: "was refused by the provider",
          fix: `Set ANTHROPIC_API_KEY to a key that may use ${options.model}`,
        },
      ],
    });
  }
  if (status !== 429) return null;
  const now = options.now();
  const until = resetTime(answer.headers, now);
  if (until === null || until.getTime() - now.getTime() < options.longestWaitMs) return null;
  return new ProviderWait(`The provider of ${options.model} takes no requests until ${until.toISOString()}`, until);
}

function sendUnreachable(response: ServerResponse, error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  const refusal = new Refusal(502, `The model provider cannot be reached: ${said}`);
  if (response.headersSent) sendRefusal(response, refusal);
  // A provider that is away for a moment is worth another try, so this one may be tried again.
  else
    response
      .writeHead(502, { "content-type": "application/json" })
      .end(JSON.stringify({ type: "error", error: { type: "api_error", message: refusal.message } }));
}

function isNeverSent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOTFOUND");
}
