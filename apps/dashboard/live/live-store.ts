import type { EventType, StoredEvent } from "@omoios/contract/events";
import { create } from "zustand";

/** How this page hears from the server. */
export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** Nothing was heard since the connection broke; it is tried again at `retryAt`, in ms of this machine's clock. */
  | { readonly kind: "lost"; readonly retryAt: number }
  /** The connection is back, and this many events were made up for. */
  | { readonly kind: "caught-up"; readonly events: number };

interface LiveState {
  readonly connection: Connection;
  /** The newest events, oldest first. */
  readonly events: readonly StoredEvent[];
  /** Those of them, and of longer ago, that tell how the night went. */
  readonly night: readonly StoredEvent[];
  /** What has to be added to this machine's clock to get the server's. */
  readonly clockOffsetMs: number;
}

/** Events kept for the pages that tell what happened; older ones are read from the log. */
export const keptEvents = 2000;
const keptNight = 20_000;

/** What the night is drawn from: a small part of everything that happens, so that it reaches back further. */
export const nightTypes = [
  "spec.requested",
  "spec.moved",
  "spec.attention_raised",
  "spec.attention_cleared",
  "spec.paused",
  "spec.resumed",
  "questions.asked",
  "task.moved",
  "attempt.moved",
  "candidate.moved",
] as const satisfies readonly EventType[];
const isOfNight: ReadonlySet<EventType> = new Set(nightTypes);

export const useLive = create<LiveState>(() => ({
  connection: { kind: "connecting" },
  events: [],
  night: [],
  clockOffsetMs: 0,
}));

export function setConnection(connection: Connection): void {
  useLive.setState({ connection });
}

export function setClockOffset(clockOffsetMs: number): void {
  useLive.setState({ clockOffsetMs });
}

/** Adds events in the order of the log; those that are there already are left out. */
export function addEvents(batch: readonly StoredEvent[]): void {
  useLive.setState(({ events, night }) => {
    const last = events.at(-1)?.seq ?? 0;
    const fresh = batch.filter((event) => event.seq > last);
    if (fresh.length === 0) return {};
    const ofNight = fresh.filter(({ type }) => isOfNight.has(type));
    return {
      events: [...events, ...fresh].slice(-keptEvents),
      night: ofNight.length === 0 ? night : [...night, ...ofNight].slice(-keptNight),
    };
  });
}

export function forgetEvents(): void {
  useLive.setState({ events: [], night: [] });
}
