import type { StoredEvent } from "@omoios/contract/events";
import type { Clock } from "@omoios/engine/ports/clock";
import type { EventLog } from "@omoios/engine/ports/event-log";
import { Wakeup } from "./wakeup.ts";

/** Hints that come closer together than this are answered by one read of the table. */
const batchMs = 20;
/** Events kept in memory for readers that are up to date; others read the table. */
const windowSize = 5000;
const pageSize = 500;

export interface FollowQuery {
  /** The position of the last event the reader has. */
  readonly after: number;
  readonly specId: string | null;
  readonly signal: AbortSignal;
  /** Yields an empty batch when nothing happened for this long. */
  readonly idleMs: number;
}

/**
 * The events of this installation for any number of live readers. Readers go by position, from the table or from the
 * window of newest events that one read per change fills, so that nothing is missed or repeated when they catch up; a
 * notification only wakes. A reader pulls: while it is slow, nothing is buffered for it.
 */
export class EventFeed implements Disposable {
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #subscription: Disposable;
  readonly #readers = new Set<Wakeup>();
  /** Events after position `#start`, complete up to `#head`. Positions have no gaps. */
  #window: StoredEvent[] = [];
  #start: number;
  #head: number;
  #timer: Disposable | null = null;
  #lastReadAt = 0;
  #reading = false;
  #hinted = false;
  #failure: Error | null = null;

  private constructor(events: EventLog, clock: Clock, head: number) {
    this.#events = events;
    this.#clock = clock;
    this.#start = head;
    this.#head = head;
    this.#subscription = events.subscribe(() => {
      this.#hint();
    });
    // What was appended between reading `head` and subscribing has woken nobody.
    this.#hint();
  }

  static async open(events: EventLog, clock: Clock): Promise<EventFeed> {
    return new EventFeed(events, clock, await events.latest());
  }

  /** Batches of events after a position, oldest first, until the signal aborts. Throws when the log cannot be read. */
  async *follow(query: FollowQuery): AsyncGenerator<readonly StoredEvent[], void, undefined> {
    const wakeup = new Wakeup();
    this.#readers.add(wakeup);
    try {
      let position = query.after;
      while (!query.signal.aborted) {
        const batch =
          position >= this.#start ? this.#recent(position, query.specId) : await this.#stored(position, query.specId);
        position = Math.max(position, batch.position);
        if (batch.events.length > 0) {
          yield batch.events;
          continue;
        }
        if (position < this.#head) continue;
        const before = this.#head;
        await wakeup.wait({ clock: this.#clock, signal: query.signal, idleMs: query.idleMs });
        if (this.#failure !== null) throw this.#failure;
        if (this.#head === before && !query.signal.aborted) yield [];
      }
    } finally {
      this.#readers.delete(wakeup);
    }
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
  }

  #recent(position: number, specId: string | null): Batch {
    const page = this.#window.slice(position - this.#start, position - this.#start + pageSize);
    return {
      events: page.filter((event) => specId === null || event.specId === specId),
      position: page.at(-1)?.seq ?? position,
    };
  }

  /** A page that is not full reaches at least the head that was known before it was read. */
  async #stored(position: number, specId: string | null): Promise<Batch> {
    const head = this.#head;
    const events = await this.#events.read({
      after: position,
      limit: pageSize,
      ...(specId === null ? {} : { specId }),
    });
    const last = events.at(-1)?.seq ?? position;
    return { events, position: events.length < pageSize ? Math.max(last, head) : last };
  }

  #hint(): void {
    this.#hinted = true;
    if (this.#reading || this.#timer !== null) return;
    const at = Math.max(this.#clock.now().getTime(), this.#lastReadAt + batchMs);
    this.#timer = this.#clock.schedule(new Date(at), () => {
      this.#timer = null;
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    this.#reading = true;
    this.#hinted = false;
    this.#lastReadAt = this.#clock.now().getTime();
    try {
      await this.#extend();
      this.#failure = null;
    } catch (error) {
      this.#failure = new Error("The event log could not be read", { cause: error });
    }
    this.#reading = false;
    for (const reader of this.#readers) reader.wake();
    if (this.#hinted) this.#hint();
  }

  async #extend(): Promise<void> {
    for (;;) {
      const page = await this.#events.read({ after: this.#head, limit: pageSize });
      this.#window.push(...page);
      this.#head = page.at(-1)?.seq ?? this.#head;
      const surplus = this.#window.length - windowSize;
      if (surplus > 0) {
        this.#window = this.#window.slice(surplus);
        this.#start += surplus;
      }
      if (page.length < pageSize) return;
    }
  }
}

interface Batch {
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been looked at. */
  readonly position: number;
}
