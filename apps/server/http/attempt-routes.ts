import { logPageSchema } from "@omoios/contract/attempt-log";
import { referenceSchema } from "@omoios/contract/http";
import { logQuerySchema } from "@omoios/contract/http-system";
import { findAttempt } from "@omoios/engine/queries/references";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";
import type { OpenStreams } from "./open-streams.ts";
import { lastEventId, sendServerSentEvents, sseIdleMs, type ServerSentEvent } from "./server-sent-events.ts";
import { Wakeup } from "./wakeup.ts";

const one = "/api/v1/attempts/:id";
const streamPageBytes = 64_000;

/** What an attempt printed: by offset, and as it grows. */
export function addAttemptRoutes(api: Api, parts: ApiParts, streams: OpenStreams): void {
  const { reads, logs } = parts;
  api.get(
    `${one}/log`,
    {
      config: { permission: "read" },
      schema: {
        summary: "A page of the log",
        tags: ["attempts"],
        params: referenceSchema,
        querystring: logQuerySchema,
        response: { 200: logPageSchema },
      },
    },
    async ({ params, query }) => {
      const attempt = await findAttempt(reads, { id: params.id, project: query.project });
      return logs.read(attempt.id, query.offset, query.maxBytes);
    },
  );
  api.get(
    `${one}/log/stream`,
    {
      config: { permission: "read" },
      schema: {
        summary: "The log as server-sent events: pages from `offset` (or Last-Event-ID) on, then as it grows",
        description: "Each event holds a page as `GET …/log` gives it; the last one has `ended: true`.",
        tags: ["attempts"],
        params: referenceSchema,
        querystring: logQuerySchema.pick({ offset: true, project: true }),
        produces: ["text/event-stream"],
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const attempt = await findAttempt(reads, { id: params.id, project: query.project });
      const offset = lastEventId(request) ?? query.offset;
      return sendServerSentEvents({ request, reply, streams }, (signal) =>
        followLog(parts, { attemptId: attempt.id, offset, signal }),
      );
    },
  );
}

async function* followLog(
  parts: Pick<ApiParts, "logs" | "clock" | "reads">,
  from: { readonly attemptId: string; readonly offset: number; readonly signal: AbortSignal },
): AsyncGenerator<ServerSentEvent | null, void, undefined> {
  const wakeup = new Wakeup();
  const following = parts.logs.follow(from.attemptId, wakeup.wake);
  try {
    let { offset } = from;
    while (!from.signal.aborted) {
      // Before the page: what is written after the attempt is over is not waited for.
      const over = (await parts.reads.attempts.get(from.attemptId)).endedAt !== null;
      const page = await parts.logs.read(from.attemptId, offset, streamPageBytes);
      const exhausted = page.records.length === 0 || page.next === offset;
      if (page.ended || (over && exhausted)) {
        yield { id: page.next, data: { ...page, ended: true } };
        return;
      }
      if (!exhausted) yield { id: page.next, data: page };
      offset = page.next;
      if (!exhausted) continue;
      yield null;
      await wakeup.wait({ clock: parts.clock, signal: from.signal, idleMs: sseIdleMs });
    }
  } finally {
    following[Symbol.dispose]();
  }
}
