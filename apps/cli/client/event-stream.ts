import { setTimeout as pause } from "node:timers/promises";
import { streamMessageSchema } from "@omoios/contract/http-system";
import { apiPaths } from "@omoios/contract/http";
import type { StoredEvent } from "@omoios/contract/events";
import { FaultError } from "@omoios/domain/shared/fault";
import { WebSocket } from "ws";
import { unreachable, type ApiClient } from "./api-client.ts";
import { parseProblem, ProblemError } from "./problem-error.ts";

export interface StreamOptions {
  /** Position of the last event that is known; everything after it is replayed first. */
  readonly after: number;
  /** Only events of this spec. */
  readonly spec?: string;
  readonly project?: string;
  readonly signal: AbortSignal;
  /** Told when the connection is lost and when it is back. */
  readonly onConnection: (state: "lost" | "back") => void;
  /** How long to go on trying after the connection was lost. */
  readonly patienceMs: number;
}

const firstDelayMs = 100;
const longestDelayMs = 2000;
const pingMs = 20_000;

/**
 * Events in commit order, each once, for as long as `signal` allows. A lost connection is made again and goes on after
 * the last event that was seen, so nothing is missed and nothing comes twice.
 */
export async function* followEvents(
  client: ApiClient,
  options: StreamOptions,
): AsyncGenerator<StoredEvent, void, void> {
  let after = options.after;
  let lostAt: number | null = null;
  let delayMs = firstDelayMs;
  while (!options.signal.aborted) {
    const connection = new Connection(client, { ...options, after });
    for await (const events of connection.batches()) {
      if (lostAt !== null) options.onConnection("back");
      lostAt = null;
      delayMs = firstDelayMs;
      for (const event of events) {
        if (event.seq <= after) continue;
        after = event.seq;
        yield event;
      }
    }
    if (connection.refused !== null) throw connection.refused;
    if (options.signal.aborted) return;
    if (lostAt === null) options.onConnection("lost");
    lostAt ??= Date.now();
    if (Date.now() - lostAt > options.patienceMs) throw unreachable(client.endpoint, connection.cause);
    await waitUnlessAborted(delayMs, options.signal);
    delayMs = Math.min(longestDelayMs, delayMs * 2);
  }
}

/** One WebSocket, read as batches of events; the first batch is empty and means that it is open. */
class Connection {
  /** Why the server will not have us; trying again would not help. */
  refused: Error | null = null;
  cause: unknown = null;
  readonly #socket: WebSocket;
  readonly #waiting: (readonly StoredEvent[])[] = [];
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(client: ApiClient, options: StreamOptions) {
    const { token } = client.endpoint;
    this.#socket = new WebSocket(streamUrl(client.endpoint.url, options), {
      handshakeTimeout: 10_000,
      ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
    const abort = (): void => this.#socket.terminate();
    options.signal.addEventListener("abort", abort, { once: true });
    this.#socket.on("open", () => this.#push([]));
    this.#socket.on("message", (data: Buffer) => this.#read(data));
    this.#socket.on("error", (error) => (this.cause = error));
    this.#socket.on("unexpected-response", (_request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => this.#refuse(response.statusCode ?? 0, Buffer.concat(chunks).toString("utf8")));
    });
    this.#socket.on("close", () => {
      options.signal.removeEventListener("abort", abort);
      this.#closed = true;
      this.#wake();
    });
    this.#beat();
  }

  async *batches(): AsyncGenerator<readonly StoredEvent[], void, void> {
    try {
      while (true) {
        const batch = this.#waiting.shift();
        if (batch !== undefined) {
          yield batch;
          continue;
        }
        if (this.#closed) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#socket.terminate();
    }
  }

  #push(batch: readonly StoredEvent[]): void {
    this.#waiting.push(batch);
    this.#wake();
  }

  #read(data: Buffer): void {
    try {
      this.#push(streamMessageSchema.parse(JSON.parse(data.toString("utf8"))).events);
    } catch (error) {
      const message = "The live stream sent something this version of the command cannot read";
      const fix = "Run the same version of server and command: omoios stop, then start it again";
      this.refused = new FaultError({ kind: "unavailable", message, fix, retryable: false }, { cause: error });
      this.#socket.terminate();
    }
  }

  /** A proxy's 502 passes; a wrong token or an unknown spec does not. */
  #refuse(status: number, body: string): void {
    if (status >= 400 && status < 500) {
      const problem = parseProblem(jsonOrNull(body));
      this.refused =
        problem === null
          ? new FaultError({ kind: "denied", message: `The live stream was refused with status ${status}` })
          : new ProblemError(problem);
    }
    this.#socket.terminate();
  }

  /** A network that swallows packets closes no socket; a ping without its pong tells. */
  #beat(): void {
    let answered = true;
    this.#socket.on("pong", () => (answered = true));
    const timer = setInterval(() => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      if (!answered) return this.#socket.terminate();
      answered = false;
      this.#socket.ping();
    }, pingMs);
    this.#socket.on("close", () => clearInterval(timer));
  }
}

function streamUrl(url: string, options: StreamOptions): string {
  const target = new URL(`${url}${apiPaths.stream}`);
  target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
  target.searchParams.set("after", String(options.after));
  if (options.spec !== undefined) target.searchParams.set("spec", options.spec);
  if (options.project !== undefined) target.searchParams.set("project", options.project);
  return target.href;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
