import type { EventType, NewEvent, StoredEvent } from "@omoios/contract/events";
import type { Transaction } from "./database.ts";

/** Append-only log of domain facts. The row is the truth; a notification only wakes readers. */
export interface EventLog {
  /** Appends in the caller's transaction. Call it last: it takes the lock that makes position order commit order. */
  append(tx: Transaction, batch: EventBatch): Promise<void>;
  /** Events with a position greater than `after`, oldest first, at most `limit`. */
  read(query: EventQuery): Promise<readonly StoredEvent[]>;
  /** The position of the newest event; 0 when there is none. */
  latest(): Promise<number>;
  /** Calls `wake` after commits that appended. Hints may be merged, never lost for long: readers read by position. */
  subscribe(wake: () => void): Disposable;
}

/** Events of one project that happened together. */
export interface EventBatch {
  readonly projectId: string;
  readonly events: readonly NewEvent[];
  readonly at: Date;
}

export interface EventQuery {
  readonly after: number;
  readonly limit: number;
  readonly specId?: string;
  readonly types?: readonly EventType[];
}
