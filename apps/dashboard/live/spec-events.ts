import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { eventPageSchema } from "@omoios/contract/http-system";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../api/ask.ts";
import { useLive } from "./live-store.ts";

const pageSize = 1000;

/** Everything that happened to a spec until it was asked for, in order. */
function specEventsQuery(specId: string) {
  return queryOptions({
    queryKey: ["spec-events", specId],
    queryFn: ({ signal }) => readEvents({ spec: specId, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface Reading {
  readonly spec: string;
  readonly signal: AbortSignal;
}

async function readEvents({ spec, signal }: Reading): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (;;) {
    const query = { spec, after: events.at(-1)?.seq ?? 0, limit: pageSize };
    const { items } = await ask(apiPaths.events, eventPageSchema, { query, signal });
    events.push(...items);
    if (items.length < pageSize) return events;
  }
}

/** The whole history of a spec, and what is added to it while the page is open. */
export function useSpecEvents(specId: string): readonly StoredEvent[] {
  const { data } = useQuery(specEventsQuery(specId));
  const live = useLive(({ events }) => events);
  return useMemo(() => {
    const last = data?.at(-1)?.seq ?? 0;
    return [...(data ?? []), ...live.filter((event) => event.specId === specId && event.seq > last)];
  }, [data, live, specId]);
}
