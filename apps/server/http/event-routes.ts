import { apiPaths } from "@omoios/contract/http";
import { eventPageSchema, eventQuerySchema, streamQuerySchema } from "@omoios/contract/http-system";
import { FaultError } from "@omoios/domain/shared/fault";
import { findSpec } from "@omoios/engine/queries/references";
import type { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";
import type { EventFeed } from "./event-feed.ts";
import type { OpenStreams } from "./open-streams.ts";
import { lastEventId, sendServerSentEvents, sseIdleMs, type ServerSentEvent } from "./server-sent-events.ts";

export interface StreamParts {
  readonly feed: EventFeed;
  readonly streams: OpenStreams;
}

/** The event log: pages of it, and as server-sent events. */
export function addEventRoutes(api: Api, parts: ApiParts, live: StreamParts): void {
  api.get(
    apiPaths.events,
    {
      config: { permission: "read" },
      schema: {
        summary: "Events after a position, oldest first",
        tags: ["events"],
        querystring: eventQuerySchema,
        response: { 200: eventPageSchema },
      },
    },
    async ({ query }) => {
      const specId = await specIdOf(parts, query);
      const latest = await parts.reads.events.latest();
      const { after, limit, type: types } = query;
      const items = await parts.reads.events.read({
        ...{ after, limit },
        ...(specId === null ? {} : { specId }),
        ...(types === undefined ? {} : { types }),
      });
      const last = items.at(-1)?.seq ?? after;
      return { items: [...items], next: items.length < limit ? Math.max(last, latest) : last, latest };
    },
  );

  api.get(
    apiPaths.eventStream,
    {
      config: { permission: "read" },
      schema: {
        summary: "Events as server-sent events: replayed from `after` (or Last-Event-ID), then live",
        tags: ["events"],
        querystring: streamQuerySchema,
        produces: ["text/event-stream"],
      },
    },
    async (request, reply) => {
      const { after, specId } = await startOf(parts, request.query, lastEventId(request));
      return sendServerSentEvents({ request, reply, streams: live.streams }, (signal) =>
        singly(live.feed.follow({ after, specId, signal, idleMs: sseIdleMs })),
      );
    },
  );
}

/** Where a live stream begins: at the position that was asked for, or with what happens next. */
export async function startOf(
  parts: ApiParts,
  query: z.infer<typeof streamQuerySchema>,
  resume: number | null,
): Promise<{ readonly after: number; readonly specId: string | null }> {
  const specId = await specIdOf(parts, query);
  const latest = await parts.reads.events.latest();
  const after = resume ?? query.after ?? latest;
  if (after <= latest) return { after, specId };
  const fix = "Read from the start with after=0: these positions belong to another installation";
  const problem = {
    at: "after",
    message: `is ${String(after)}, the newest event here has position ${String(latest)}`,
    fix,
  };
  throw new FaultError({ kind: "invalid", message: "The stream cannot begin there", problems: [problem] });
}

async function specIdOf(
  parts: ApiParts,
  query: { readonly spec?: string | undefined; readonly project?: string | undefined },
): Promise<string | null> {
  if (query.spec === undefined) return null;
  return (await findSpec(parts.reads, { id: query.spec, project: query.project })).id;
}

async function* singly(
  batches: ReturnType<EventFeed["follow"]>,
): AsyncGenerator<ServerSentEvent | null, void, undefined> {
  for await (const batch of batches) {
    if (batch.length === 0) yield null;
    for (const event of batch) yield { id: event.seq, data: event };
  }
}
