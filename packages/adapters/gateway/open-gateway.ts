import { FaultError } from "@omoios/domain/shared/fault";
import type { Door, DoorRequest, Gateway } from "@omoios/engine/ports/gateway";
import type { Bridge, Program, Sandbox } from "@omoios/engine/ports/sandbox";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, constants, open, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { answerRequest } from "./answer-request.ts";
import { dialectOf, wireOf } from "./dialect-of.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { Upstream } from "./forward.ts";

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
const defaultSilenceMs = 300_000;
const longestWaitMs = 20_000;

/** The gateway of this process. Each door is a server of its own: its socket says whose calls these are. */
export function openGateway(options: GatewayOptions): Gateway {
  return {
    check: (model) => wireOf(options.upstreamOf(model).provider),
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
    dialect: dialectOf(upstream),
    model: request.model,
    meter: request.meter,
    onStop: request.onStop,
    silenceMs: options.silenceMs ?? defaultSilenceMs,
    longestWaitMs,
    now: options.now,
  };
  const server = createServer((incoming, response) => {
    void answerRequest(incoming, response, { token, exchanging, onError: options.onError });
  });
  opening.defer(() => closeServer(server));
  await listen(server, bridge);
  opening.defer(() => rm(join(bridge.directory, socketName), { force: true }));
  const relay = await startRelay(request.sandbox, options);
  opening.defer(() => endRelay(relay));
  const closing = opening.move();
  return {
    access: { baseUrl: `http://127.0.0.1:${innerPort}`, token, model: upstream.name, wire: wireOf(upstream.provider) },
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
