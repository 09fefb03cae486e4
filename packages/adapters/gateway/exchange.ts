import { noTokens } from "@omoios/domain/budget/call-cost";
import { resetTime } from "@omoios/domain/budget/reset-time";
import { FaultError } from "@omoios/domain/shared/fault";
import { ProviderWait, type DoorRequest } from "@omoios/engine/ports/gateway";
import type { ExchangeEnd, MeteredCall } from "@omoios/engine/ports/models";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Asked, AskedRequest, Dialect } from "./dialect.ts";
import { answerHeaders, forward, type Upstream } from "./forward.ts";
import { Refusal, sendRefusal } from "./refusal.ts";
import { UsageReader } from "./usage-reader.ts";

export interface ExchangeOptions {
  readonly upstream: Upstream;
  readonly dialect: Dialect;
  readonly model: string;
  readonly meter: DoorRequest["meter"];
  readonly onStop: DoorRequest["onStop"];
  readonly silenceMs: number;
  /** A provider that wants to be left alone for longer is not waited for: the attempt gives its slot away. */
  readonly longestWaitMs: number;
  readonly now: () => Date;
}

interface Exchange {
  readonly asked: AskedRequest;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

/** Carries one request to the provider and its answer back, metered; what is refused is answered here. */
export async function exchange(
  incoming: { readonly text: string; readonly to: Asked; readonly headers: IncomingHttpHeaders },
  response: ServerResponse,
  options: ExchangeOptions,
): Promise<void> {
  const asked = options.dialect.readRequest(incoming.text);
  if (asked.model !== options.upstream.name) {
    throw new Refusal(403, `The model ${asked.model} cannot be used here; ${options.upstream.name} can`);
  }
  const own: Exchange = { asked, path: incoming.to.path, headers: incoming.headers, response };
  if (!incoming.to.isMetered) {
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
    if (!gone.signal.aborted) sendUnreachable(own.response, error, options.dialect);
    return isNeverSent(error) ? { outcome: "refused", use: noTokens } : { outcome: "unknown" };
  }
  const status = answer.statusCode ?? 502;
  if (status !== 200) {
    await refusedBy(answer, status, { own, options });
    return { outcome: "refused", use: noTokens };
  }
  return pass(answer, own, { granted, dialect: options.dialect });
}

/** An answer on its way: written as it comes, counted as it passes, cut when it is longer than was granted. */
async function pass(
  answer: IncomingMessage,
  { response, asked }: Exchange,
  { granted, dialect }: { readonly granted: number | null; readonly dialect: Dialect },
): Promise<ExchangeEnd> {
  const isStream = answer.headers["content-type"]?.startsWith("text/event-stream") === true;
  const usage = new UsageReader(dialect.readUsage, isStream);
  response.writeHead(200, answerHeaders(answer.headers, dialect));
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
  const use = usage.use(asked.inputTokens);
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
  const stop = stopFor(answer, { status, said }, options);
  if (stop !== null) options.onStop(stop);
  const isRedirect = status >= 300 && status < 400;
  own.response.writeHead(isRedirect ? 502 : status, {
    ...answerHeaders(answer.headers, options.dialect),
    ...(stop === null && !isRedirect ? {} : { "x-should-retry": "false" }),
  });
  own.response.end(said);
}

/** What a provider of the Chat wire says, with 429, when the account is empty: no time heals that. */
const emptyAccount = /"(?:insufficient_quota|billing_not_active)"/;

function stopFor(
  answer: IncomingMessage,
  { status, said }: { readonly status: number; readonly said: string },
  options: ExchangeOptions,
): Error | null {
  const { keySetting } = options.upstream;
  if (status === 401 || status === 403) {
    return new FaultError({
      kind: "invalid",
      message: `The provider of ${options.model} refused the key (${status})`,
      problems: [
        {
          at: keySetting,
          message: "was refused by the provider",
          fix: `Set ${keySetting} to a key that may use ${options.model}`,
        },
      ],
    });
  }
  if (status !== 429) return null;
  if (emptyAccount.test(said)) {
    return new FaultError({
      kind: "invalid",
      message: `The account behind ${keySetting} has no credit left`,
      problems: [
        {
          at: keySetting,
          message: "belongs to an empty account",
          fix: "Add credit at the provider, or use another key",
        },
      ],
    });
  }
  const now = options.now();
  const until = resetTime(answer.headers, now);
  if (until === null || until.getTime() - now.getTime() < options.longestWaitMs) return null;
  return new ProviderWait(`The provider of ${options.model} takes no requests until ${until.toISOString()}`, until);
}

function sendUnreachable(response: ServerResponse, error: unknown, dialect: Dialect): void {
  const said = error instanceof Error ? error.message : String(error);
  const refusal = new Refusal(502, `The model provider cannot be reached: ${said}`);
  if (response.headersSent) sendRefusal(response, refusal, dialect);
  // A provider that is away for a moment is worth another try, so this one may be tried again.
  else
    response
      .writeHead(502, { "content-type": "application/json" })
      .end(JSON.stringify(dialect.refusal(502, refusal.message)));
}

function isNeverSent(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOTFOUND");
}
