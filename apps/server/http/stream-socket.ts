import { apiPaths } from "@omoios/contract/http";
import { streamCloseCodes, streamQuerySchema, type StreamMessage } from "@omoios/contract/http-system";
import type { FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";
import { startOf, type StreamParts } from "./event-routes.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Where the stream this request asks for begins. */
    streamStart: { readonly after: number; readonly specId: string | null } | null;
  }
}

/** How often a silent socket is pinged; one that has not answered the ping before is dropped. */
const pingMs = 20_000;

export interface SocketLimits {
  /** A socket that has not taken a batch after this long is closed as too slow. */
  readonly stallMs: number;
  /** How long a socket that is being closed may take before it is cut. */
  readonly closeGraceMs: number;
}

/** `GET /api/v1/stream` as a WebSocket: batches of events, replayed from `after`, then live. */
export function addStreamSocket(
  api: Api,
  parts: ApiParts,
  live: StreamParts & { readonly limits: SocketLimits },
): void {
  api.decorateRequest("streamStart", null);
  api.route({
    method: "GET",
    url: apiPaths.stream,
    config: { permission: "read" },
    schema: {
      summary: "WebSocket: batches of events, replayed from `after`, then live",
      description:
        'Each message is {"type":"events","events":[…]}. Close code 4008: you read too slowly; reconnect with after=<last seq>.',
      tags: ["events"],
      querystring: streamQuerySchema,
    },
    // Before the upgrade, so that a wrong query is answered as a problem.
    preHandler: async (request) => {
      request.streamStart = await startOf(parts, streamQuerySchema.parse(request.query), null);
    },
    handler: () => {
      throw Object.assign(new Error("This address speaks WebSocket; /api/v1/events/stream is the same for HTTP"), {
        statusCode: 426,
      });
    },
    wsHandler: (socket, request) => {
      void new StreamSocket(socket, parts, live).run(request);
    },
  });
}

class StreamSocket {
  readonly #socket: WebSocket;
  readonly #parts: ApiParts;
  readonly #live: StreamParts & { readonly limits: SocketLimits };
  #answered = true;

  constructor(socket: WebSocket, parts: ApiParts, live: StreamParts & { readonly limits: SocketLimits }) {
    this.#socket = socket;
    this.#parts = parts;
    this.#live = live;
  }

  async run(request: FastifyRequest): Promise<void> {
    const { feed, streams } = this.#live;
    const { signal, done } = streams.add();
    this.#socket.on("close", done);
    this.#socket.on("pong", () => (this.#answered = true));
    try {
      const start = request.streamStart ?? { after: 0, specId: null };
      for await (const events of feed.follow({ ...start, signal, idleMs: pingMs })) {
        const goesOn = events.length === 0 ? this.#ping() : await this.#send({ type: "events", events: [...events] });
        if (!goesOn) return;
      }
      if (streams.closing) this.#socket.close(streamCloseCodes.goingAway, "the server is stopping");
    } catch (error) {
      this.#parts.reportBug(error, "the live stream");
      this.#socket.close(streamCloseCodes.failed, "the stream broke");
    } finally {
      done();
    }
  }

  #ping(): boolean {
    if (!this.#answered) {
      this.#socket.terminate();
      return false;
    }
    this.#answered = false;
    this.#socket.ping();
    return true;
  }

  /** Resolves when the operating system has taken the batch, so that a slow reader holds one batch and no more. */
  async #send(message: StreamMessage): Promise<boolean> {
    const { clock } = this.#parts;
    const taken = Promise.withResolvers<boolean>();
    this.#socket.send(JSON.stringify(message), (error) => {
      taken.resolve(error === undefined || error === null);
    });
    const stalled = clock.schedule(new Date(clock.now().getTime() + this.#live.limits.stallMs), () => {
      this.#dropSlow();
      taken.resolve(false);
    });
    const sent = await taken.promise;
    stalled[Symbol.dispose]();
    return sent;
  }

  /** Says why, and cuts the connection when the reader does not take that either. */
  #dropSlow(): void {
    const { clock } = this.#parts;
    this.#socket.close(streamCloseCodes.tooSlow, "too slow: reconnect with after=<last seq>");
    const cut = clock.schedule(new Date(clock.now().getTime() + this.#live.limits.closeGraceMs), () => {
      this.#socket.terminate();
    });
    this.#socket.once("close", () => {
      cut[Symbol.dispose]();
    });
  }
}
