import { once } from "node:events";
import { chmod, chown, constants, open, rm } from "node:fs/promises";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { AllowedHost } from "@omoios/domain/sandbox/allow-list";
import { Destinations, type Destination } from "./destinations.ts";

export interface ProxyRequest {
  /** The folder the jail sees, and whom the socket in it has to belong to; null: to us. */
  readonly directory: string;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly allowed: readonly AllowedHost[];
  /** Bytes in both directions over all connections. */
  readonly maxBytes: number;
  /** Hears every decision once for each place, and what was carried. */
  readonly log: (line: string) => void;
}

export interface Proxy extends AsyncDisposable {
  /** Places that were asked for and refused, as `host:port`. */
  readonly refused: ReadonlySet<string>;
  /** Aborts when the limit was reached and everything was cut. */
  readonly exhausted: AbortSignal;
}

export const proxySocketName = "proxy.sock";
const maxConnections = 256;
const silenceMs = 120_000;

/** Headers that are between two neighbours, not for whoever is asked in the end. */
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "upgrade"]);

/**
 * The only way out of a jail that has one: HTTP and CONNECT, to allowed places alone. Names are resolved here, and what is
 * connected to is the address that was looked at.
 */
export async function openProxy(request: ProxyRequest): Promise<Proxy> {
  const traffic = new Traffic(request);
  const server = createServer((incoming, response) => void traffic.forward(incoming, response));
  server.maxConnections = maxConnections;
  server.on("connect", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    void traffic.tunnel(incoming.url ?? "", socket, head);
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("connection", (socket: Socket) => traffic.watch(socket));
  await listen(server, request);
  return {
    refused: traffic.refused,
    exhausted: traffic.exhausted,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      traffic.end();
      await closed;
      await rm(join(request.directory, proxySocketName), { force: true });
    },
  };
}

/** Named through the open folder, because a socket's whole path may have no more than 107 bytes. */
async function listen(server: Server, { directory, owner }: ProxyRequest): Promise<void> {
  const path = join(directory, proxySocketName);
  const folder = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    server.listen(`/proc/self/fd/${folder.fd}/${proxySocketName}`);
    await once(server, "listening");
  } finally {
    await folder.close();
  }
  await chmod(path, 0o600);
  if (owner !== null) await chown(path, owner.uid, owner.gid);
}

/** Everything that goes through one proxy, with its limits. */
class Traffic {
  readonly refused = new Set<string>();
  readonly exhausted: AbortSignal;
  readonly #exhaustion = new AbortController();
  readonly #request: ProxyRequest;
  readonly #destinations: Destinations;
  readonly #sockets = new Set<Socket>();
  readonly #carried = new Map<string, { connections: number; bytes: number }>();
  #bytes = 0;

  constructor(request: ProxyRequest) {
    this.#request = request;
    this.exhausted = this.#exhaustion.signal;
    const decided = new Set<string>();
    this.#destinations = new Destinations(request.allowed, ({ place, verdict, isRefusal }) => {
      if (isRefusal) this.refused.add(place);
      const line = `network: ${place} ${verdict}`;
      if (decided.size < 1000 && !decided.has(line)) request.log(line);
      decided.add(line);
    });
  }

  /** Ends a connection that falls silent, and with everything else when the limit is reached. */
  watch(socket: Socket): void {
    if (this.exhausted.aborted) socket.destroy();
    this.#sockets.add(socket);
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }

  async tunnel(place: string, inner: Duplex, head: Buffer): Promise<void> {
    inner.on("error", () => inner.destroy());
    const found = await this.#destinations.find(place);
    if (typeof found === "string")
      return void inner.end(`HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n${found}\n`);
    const outer = this.#connect(found);
    outer.once("connect", () => {
      inner.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) outer.write(head);
      inner.pipe(outer).pipe(inner);
    });
    outer.once("error", () => inner.end("HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n"));
    outer.once("close", () => inner.destroy());
    inner.once("close", () => outer.destroy());
    inner.on("data", (chunk: Buffer) => this.#count(found, chunk.length));
  }

  async forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, why: string): void => {
      response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(`${why}\n`);
    };
    const url = URL.parse(incoming.url ?? "");
    if (url?.protocol !== "http:") return refuse(400, "This is a proxy: ask for http://host/path, or CONNECT");
    const found = await this.#destinations.find(`${url.hostname}:${url.port === "" ? "80" : url.port}`);
    if (typeof found === "string") return refuse(403, found);
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name)));
    const { method } = incoming;
    const path = `${url.pathname}${url.search}`;
    const asked = httpRequest(
      { method, path, headers: { ...headers, host: url.host }, createConnection: () => this.#connect(found) },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.once("error", () => response.destroy());
      },
    );
    asked.once("error", () => {
      if (response.headersSent) response.destroy();
      else refuse(502, "The host did not answer");
    });
    response.once("close", () => asked.destroy());
    incoming.pipe(asked);
    incoming.on("data", (chunk: Buffer) => this.#count(found, chunk.length));
  }

  #connect(to: Destination): Socket {
    const outer = connect({ host: to.address, port: to.port });
    this.watch(outer);
    const carried = this.#carriedOf(to);
    carried.connections += 1;
    outer.on("data", (chunk: Buffer) => this.#count(to, chunk.length));
    return outer;
  }

  #carriedOf({ place }: Destination): { connections: number; bytes: number } {
    const carried = this.#carried.get(place) ?? { connections: 0, bytes: 0 };
    this.#carried.set(place, carried);
    return carried;
  }

  #count(to: Destination, bytes: number): void {
    this.#carriedOf(to).bytes += bytes;
    this.#bytes += bytes;
    if (this.#bytes <= this.#request.maxBytes || this.exhausted.aborted) return;
    this.#exhaustion.abort();
    this.#request.log(`network: cut after ${String(this.#request.maxBytes)} bytes`);
    for (const socket of this.#sockets) socket.destroy();
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const [place, { connections, bytes }] of this.#carried)
      this.#request.log(`network: ${place} ${String(connections)} connections, ${String(bytes)} bytes`);
  }
}
