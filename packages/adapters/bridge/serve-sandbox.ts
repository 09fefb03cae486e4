import { FaultError } from "@omoios/domain/shared/fault";
import type { Bridge, Program, Sandbox } from "@omoios/engine/ports/sandbox";
import { once } from "node:events";
import { chmod, chown, constants, open, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";

export interface BridgeOptions {
  /** The compiled relay and Node, as paths in the jail. */
  readonly relayPath: string;
  readonly nodePath: string;
  /** The port of a jail's own loopback behind which each socket is reached. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface SandboxService {
  readonly sandbox: Sandbox;
  /** Name of the socket in the sandbox's bridge. */
  readonly socket: string;
  /** True to make it reachable over the jail's loopback, for programs that know no sockets. */
  readonly loopback: boolean;
  readonly listener: RequestListener;
}

/** Serves HTTP to one sandbox alone: its bridge is the only way to the socket. Disposing ends it. */
type ServeSandbox = (service: SandboxService) => Promise<Serving>;

interface Serving extends AsyncDisposable {
  /** Where programs in the jail reach it; null when it is not on the loopback. */
  readonly baseUrl: string | null;
}

/** Opens sockets in sandboxes' bridges. A jail in which anything wants the loopback gets one relay for all of its ports. */
export function createBridgeServer(options: BridgeOptions): ServeSandbox {
  const relays = new WeakMap<Sandbox, Promise<void>>();
  const relayOf = (sandbox: Sandbox): Promise<void> => {
    const known = relays.get(sandbox);
    if (known !== undefined) return known;
    const started = startRelay(sandbox, options).catch((error: unknown) => {
      relays.delete(sandbox);
      throw error;
    });
    relays.set(sandbox, started);
    return started;
  };
  return async ({ sandbox, socket, loopback, listener }) => {
    await using opening = new AsyncDisposableStack();
    const { bridge } = sandbox;
    if (bridge === null) throw new Error(`The sandbox ${sandbox.id} was opened without a bridge`);
    const server = createServer(listener);
    opening.defer(() => closeServer(server));
    await listen(server, bridge, socket);
    opening.defer(() => rm(join(bridge.directory, socket), { force: true }));
    if (loopback) await relayOf(sandbox);
    const closing = opening.move();
    return {
      baseUrl: loopback ? `http://127.0.0.1:${String(options.ports[socket])}` : null,
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  };
}

/** Named through the open folder, because a socket's whole path may have no more than 107 bytes. */
async function listen(server: Server, { directory, owner }: Bridge, socket: string): Promise<void> {
  const path = join(directory, socket);
  await rm(path, { force: true });
  const folder = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    server.listen(`/proc/self/fd/${folder.fd}/${socket}`);
    await once(server, "listening");
  } finally {
    await folder.close();
  }
  await chmod(path, 0o600);
  if (owner !== null) await chown(path, owner.uid, owner.gid);
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/** It ends with its jail: there is nothing behind its ports that would have to be kept from the agent. */
async function startRelay(sandbox: Sandbox, { relayPath, nodePath, ports }: BridgeOptions): Promise<void> {
  const routes = Object.entries(ports).map(([socket, port]) => `${port}=${sandbox.bridge?.inside ?? ""}/${socket}`);
  const relay: Program = await sandbox.spawn({ argv: [nodePath, relayPath, ...routes] });
  let said = "";
  for await (const { text } of relay.output) {
    said += text;
    if (said.includes("listening")) return;
  }
  throw new FaultError({
    kind: "unavailable",
    message: `The bridge could not be opened in the sandbox: ${said.trim().slice(0, 500)}`,
    retryable: true,
  });
}
