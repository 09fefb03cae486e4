import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { eventPageSchema, streamMessageSchema, type StatusView } from "@omoios/contract/http-system";
import { isSignedOut } from "../api/api-error.ts";
import { ask } from "../api/ask.ts";
import { keptEvents, nightTypes, type Connection } from "./live-store.ts";

export interface ServerFollower {
  /** Asks how the server stands; told before anything is followed and after every break. */
  readonly status: () => Promise<StatusView>;
  /** Another installation answers than before, or for the first time: what was known is void. */
  readonly onBegin: () => void;
  readonly onEvents: (events: readonly StoredEvent[]) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly onSignedOut: () => void;
}

const longestWaitMs = 15_000;
const caughtUpMs = 2000;
const pageSize = 1000;
/** How far back the night is looked for. */
const nightPositions = 50_000;

/**
 * Hears every event once, in order, from the newest ones that are kept on: live over one WebSocket, and after a break from
 * where it broke. Ends when it is aborted or the browser is signed out.
 */
export async function followServer(follower: ServerFollower, signal: AbortSignal): Promise<void> {
  let last: number | null = null;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const { lastEvent } = await follower.status();
      const goesOn: boolean = last !== null && lastEvent >= last;
      const missed = goesOn ? lastEvent - (last ?? lastEvent) : 0;
      if (!goesOn) {
        follower.onBegin();
        last = await readRecent(lastEvent, follower);
      }
      last = await listen({ after: last ?? lastEvent, missed, follower, signal, onOpen: () => (failures = 0) });
    } catch (error) {
      if (isSignedOut(error)) {
        follower.onSignedOut();
        return;
      }
    }
    if (!signal.aborted) await pauseBeforeRetry(failures, follower, signal);
  }
}

async function readRecent(latest: number, follower: ServerFollower): Promise<number> {
  const recent = Math.max(0, latest - keptEvents);
  const night = { after: Math.max(0, latest - nightPositions), until: recent, type: nightTypes.join(",") };
  await readEvents(night, follower.onEvents);
  return readEvents({ after: recent, until: latest }, follower.onEvents);
}

interface EventRange {
  readonly after: number;
  readonly until: number;
  readonly type?: string;
}

/** Reads what happened up to a position, and answers with the position of the last event there was. */
async function readEvents({ after, until, type }: EventRange, onEvents: ServerFollower["onEvents"]): Promise<number> {
  let last = after;
  while (last < until) {
    const query = { after: last, limit: pageSize, type };
    const { items } = await ask(apiPaths.events, eventPageSchema, { query });
    const wanted = type === undefined ? items : items.filter(({ seq }) => seq <= until);
    onEvents(wanted);
    last = items.at(-1)?.seq ?? last;
    if (items.length < pageSize) break;
  }
  return last;
}

interface Listening {
  readonly after: number;
  /** Events that happened while nobody listened. */
  readonly missed: number;
  readonly follower: ServerFollower;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
}

/** Resolves with the position of the last event that was heard, when the socket closes for whatever reason. */
async function listen({ after, missed, follower, signal, onOpen }: Listening): Promise<number> {
  const address = new URL(`${apiPaths.stream}?after=${after}`, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  const stop = (): void => socket.close();
  signal.addEventListener("abort", stop, { once: true });
  let last = after;
  let calm: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve) => {
    socket.addEventListener("open", () => {
      onOpen();
      follower.onConnection(missed === 0 ? { kind: "live" } : { kind: "caught-up", events: missed });
      calm = setTimeout(() => follower.onConnection({ kind: "live" }), caughtUpMs);
    });
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      const { events } = streamMessageSchema.parse(JSON.parse(String(data)));
      last = events.at(-1)?.seq ?? last;
      follower.onEvents(events);
    });
    socket.addEventListener("close", () => resolve());
  });
  clearTimeout(calm);
  signal.removeEventListener("abort", stop);
  return last;
}

/** Doubles from half a second; a browser that comes back online or into view does not wait any longer. */
async function pauseBeforeRetry(failures: number, follower: ServerFollower, signal: AbortSignal): Promise<void> {
  const waitMs = Math.min(longestWaitMs, 500 * 2 ** failures);
  follower.onConnection({ kind: "lost", retryAt: Date.now() + waitMs });
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, waitMs);
    const comeBack = (): void => {
      if (document.visibilityState === "visible") done();
    };
    function done(): void {
      clearTimeout(timer);
      globalThis.removeEventListener("online", done);
      document.removeEventListener("visibilitychange", comeBack);
      signal.removeEventListener("abort", done);
      resolve();
    }
    globalThis.addEventListener("online", done);
    document.addEventListener("visibilitychange", comeBack);
    signal.addEventListener("abort", done, { once: true });
  });
}
