import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { FaultError } from "@omoios/domain/shared/fault";
import type { OpenStreams } from "./open-streams.ts";

/** A silent stream says so this often, so that proxies keep it open and a dead reader is noticed. */
export const sseIdleMs = 15_000;
/** A reader that takes nothing for this long is cut off. */
const stallMs = 60_000;

export interface ServerSentEvent {
  /** What a reader sends back as `Last-Event-ID` to go on from here. */
  readonly id: number;
  readonly event?: string;
  readonly data: unknown;
}

/**
 * Answers with a stream of server-sent events; null from `events` is sent as a comment. Node asks for the next one only
 * when the reader has taken what was sent.
 */
export function sendServerSentEvents(
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly streams: OpenStreams },
  events: (signal: AbortSignal) => AsyncGenerator<ServerSentEvent | null, void, undefined>,
): FastifyReply {
  const { request, reply, streams } = exchange;
  const { signal, done } = streams.add();
  request.raw.socket.setTimeout(stallMs, () => request.raw.socket.destroy());
  reply.raw.once("close", done);
  return (
    reply
      .header("content-type", "text/event-stream; charset=utf-8")
      .header("cache-control", "no-store")
      // The connection ends with the stream: a kept one would hold up the end of the server.
      .header("connection", "close")
      .header("x-accel-buffering", "no")
      .send(Readable.from(lines(events(signal)), { objectMode: false, highWaterMark: 16_384 }))
  );
}

async function* lines(
  events: AsyncGenerator<ServerSentEvent | null, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  yield "retry: 1000\n\n";
  for await (const each of events) {
    if (each === null) yield ": still here\n\n";
    else
      yield `id: ${String(each.id)}\n${each.event === undefined ? "" : `event: ${each.event}\n`}data: ${JSON.stringify(each.data)}\n\n`;
  }
}

/** The position a reconnecting reader has reached, or null. */
export function lastEventId(request: FastifyRequest): number | null {
  const text = request.headers["last-event-id"];
  if (text === undefined) return null;
  if (typeof text === "string" && /^\d{1,15}$/u.test(text)) return Number(text);
  const problems = [
    { at: "Last-Event-ID", message: "is not an id this server gave", fix: "Send back the last `id:` unchanged" },
  ];
  throw new FaultError({ kind: "invalid", message: "The stream cannot be resumed", problems });
}
