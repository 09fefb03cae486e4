import { useQueryClient } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { statusQuery } from "../api/queries.ts";
import { followServer } from "./follow-server.ts";
import { addEvents, forgetEvents, setClockOffset, setConnection } from "./live-store.ts";
import { QueryRefresher } from "./refresh-queries.ts";
import { setSession } from "./session.ts";

/** Keeps every page live while it is there: the one connection of this tab. */
export function LiveUpdates(): ReactNode {
  const queries = useQueryClient();
  useEffect(() => {
    const stopping = new AbortController();
    const refresher = new QueryRefresher(queries);
    const status = async () => {
      const view = await queries.query({ ...statusQuery, staleTime: 0 });
      setClockOffset(Date.parse(view.startedAt) + view.uptimeMs - Date.now());
      setSession("signed-in");
      return view;
    };
    void followServer(
      {
        status,
        onBegin: () => {
          forgetEvents();
          refresher.everything();
        },
        onEvents: (events) => {
          addEvents(events);
          refresher.take(events);
        },
        onConnection: setConnection,
        onSignedOut: () => setSession("signed-out"),
      },
      stopping.signal,
    );
    return () => stopping.abort();
  }, [queries]);
  return null;
}
