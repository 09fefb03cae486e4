import { FaultError } from "@omoios/domain/shared/fault";
import type { Door, DoorRequest, Gateway } from "@omoios/engine/ports/gateway";
import type { Bridge, Program, Sandbox } from "@omoios/engine/ports/sandbox";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, constants, open, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { exchange, type ExchangeOptions } from "./exchange.ts";
import type { Upstream } from "./forward.ts";
import { Refusal, sendRefusal } from "./refusal.ts";

export interface GatewayOptions {
  /** Where a model is reached; throws `invalid` when it is unknown or its key is missing. */
  readonly upstreamOf: (model: string) => Upstream;
  /** The compiled relay and Node, as paths in the jail. */
  readonly relayPath: string;
  readonly nodePath: string;
  readonly now: () => Date;
  /** Hears of what no agent can be told. */
  readonly onError: (error: unknown) => void;
  /** How long a provider may stay silent. */
  readonly silenceMs?: number;
}

const socketName = "gateway.sock";
const innerPort = 8787;
const maxBodyBytes = 32 * 1024 * 1024;
const defaultSilenceMs = 300_000;
const longestWaitMs = 20_000;
const paths: ReadonlyMap<string, "/messages" | "/messages/count_tokens"> = new Map([
  ["/v1/messages", "/messages"],
  ["/v1/messages/count_tokens", "/messages/count_tokens"],
]);

/** The gateway of this process. Each door is a server of its own: its socket says whose calls these are. */
export function openGateway(options: GatewayOptions): Gateway {
  return {
    check(model) {
      options.upstreamOf(model);
    },
    open: (request) => openDoor(request, options),
  };
}

async function openDoor(request: DoorRequest, options: GatewayOptions): Promise<Door> {
  await using opening = new AsyncDisposableStack();
  const upstream = options.upstreamOf(request.model);
  const { bridge } = request.sandbox;
  if (bridge === null) throw new Error(`The sandbox ${request.sandbox.id} was opened without a bridge`);
  const token = `omoios-${randomBytes(24).toString("base64url")}`;
  const exchanging: ExchangeOptions = {
    upstream,
    model: request.model,
    meter: request.meter,
    onStop: request.onStop,
    silenceMs: options.silenceMs ?? defaultSilenceMs,
    longestWaitMs,
    now: options.now,
  };
  const server = createServer((incoming, response) => {
    void answer(incoming, response, { token, exchanging, onError: options.onError });
  });
  opening.defer(() => closeServer(server));
  await listen(server, bridge);
  opening.defer(() => rm(join(bridge.directory, socketName), { force: true }));
  const relay = await startRelay(request.sandbox, options);
  opening.defer(() => endRelay(relay));
  const closing = opening.move();
  return {
    access: { baseUrl: `http://127.0.0.1:${innerPort}`, token, model: upstream.name },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Named through the open folder, because a socket's whole path may have no more than 107 bytes. */
async function listen(server: Server, { directory, owner }: Bridge): Promise<void> {
  const path = join(directory, socketName);
  await rm(path, { force: true });
  const folder = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    server.listen(`/proc/self/fd/${folder.fd}/${socketName}`);
    await once(server, "listening");
  } finally {
    await folder.close();
  }
  await chmod(path, 0o600);
  if (owner !== null) await chown(path, owner.uid, owner.gid);
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function startRelay(sandbox: Sandbox, options: GatewayOptions): Promise<Program> {
  const argv = [options.nodePath, options.relayPath, String(innerPort), `/bridge/${socketName}`];
  const relay = await sandbox.spawn({ argv });
  let said = "";
  for await (const { text } of relay.output) {
    said += text;
    if (said.includes("listening")) return relay;
  }
  throw new FaultError({
    kind: "unavailable",
    message: `The way to the models could not be opened in the sandbox: ${said.trim().slice(0, 500)}`,
    retryable: true,
  });
}

/** A jail that is gone has taken its relay with it. */
function endRelay(relay: Program): void {
  try {
    relay.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof FaultError && error.fault.kind === "unavailable")) throw error;
  }
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  door: {
    readonly token: string;
    readonly exchanging: ExchangeOptions;
    readonly onError: GatewayOptions["onError"];
  },
): Promise<void> {
  try {
    const path = routed(incoming);
    if (!isToken(incoming, door.token)) throw new Refusal(401, "This door wants the token it was opened with");
    const text = await readBody(incoming);
    await exchange({ text, path, headers: incoming.headers }, response, door.exchanging);
  } catch (error) {
    if (error instanceof Refusal) return sendRefusal(response, error);
    door.onError(error);
    // Whatever it was, a call that cannot be booked is not made.
    sendRefusal(response, new Refusal(503, "The gateway cannot book this call", { cause: error }));
  }
}

/** Only the path of the request counts: whatever host it names, there is one place it can go to. */
function routed(incoming: IncomingMessage): "/messages" | "/messages/count_tokens" {
  const [address = ""] = (incoming.url ?? "").split("?", 1);
  const path = incoming.method === "POST" ? paths.get(address) : undefined;
  if (path === undefined) throw new Refusal(404, `There is only ${[...paths.keys()].join(" and ")} here, by POST`);
  return path;
}

function isToken({ headers }: IncomingMessage, token: string): boolean {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const given = headers["x-api-key"] ?? bearer ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return typeof given === "string" && timingSafeEqual(digest(given), digest(token));
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Refusal(413, `The request is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
