import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Asked, Dialect } from "./dialect.ts";
import { exchange, type ExchangeOptions } from "./exchange.ts";
import { Refusal, sendRefusal } from "./refusal.ts";

const modelsPath = "/v1/models";
const maxBodyBytes = 32 * 1024 * 1024;

/** What every request at one door has in common. */
export interface DoorOptions {
  readonly token: string;
  readonly exchanging: ExchangeOptions;
  /** Hears of what no agent can be told. */
  readonly onError: (error: unknown) => void;
}

/** Answers one request of an agent: refused here, or carried to the provider. Never rejects. */
export async function answerRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  door: DoorOptions,
): Promise<void> {
  const { dialect, upstream } = door.exchanging;
  try {
    const to = routed(incoming, dialect);
    if (!isToken(incoming, door.token)) throw new Refusal(401, "This door wants the token it was opened with");
    if (to === "models") return sendModels(response, dialect.modelList(upstream.name));
    const text = await readBody(incoming);
    await exchange({ text, to, headers: incoming.headers }, response, door.exchanging);
  } catch (error) {
    if (error instanceof Refusal) return sendRefusal(response, error, dialect);
    door.onError(error);
    // Whatever it was, a call that cannot be booked is not made.
    sendRefusal(response, new Refusal(503, "The gateway cannot book this call", { cause: error }), dialect);
  }
}

/** Only the path of the request counts: whatever host it names, there is one place it can go to. */
function routed(incoming: IncomingMessage, { paths }: Dialect): Asked | "models" {
  const [address = ""] = (incoming.url ?? "").split("?", 1);
  if (incoming.method === "GET" && address === modelsPath) return "models";
  const asked = incoming.method === "POST" ? paths.get(address) : undefined;
  if (asked !== undefined) return asked;
  throw new Refusal(404, `There is only POST ${[...paths.keys()].join(", POST ")} and GET ${modelsPath} here`);
}

/** Answered here: which other models the key may use is nothing an agent needs to know. */
function sendModels(response: ServerResponse, list: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
}

function isToken({ headers }: IncomingMessage, token: string): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const given = headers["x-api-key"] ?? bearer ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return typeof given === "string" && timingSafeEqual(digest(given), digest(token));
}

/**
 * A request that is too large is read to its end and dropped: leaving early would cut the relay's connection before the
 * agent could read why, and an agent sends again what was cut. One that goes on and on is cut all the same.
 */
async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 4 * maxBodyBytes) break;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) throw new Refusal(413, `The request is larger than ${maxBodyBytes} bytes`);
  return Buffer.concat(chunks).toString("utf8");
}
