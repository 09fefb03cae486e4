import type { NewEvent } from "@omoios/contract/events";
import type { Clock } from "../ports/clock.ts";
import type { Database, Transaction } from "../ports/database.ts";
import type { EventLog } from "../ports/event-log.ts";

export interface RecordParts {
  readonly database: Database;
  readonly events: EventLog;
  readonly clock: Clock;
}

/** Tells what happened; `projectId` is for what happened in another project than the one the transaction is about. */
export type Emit = (event: NewEvent, projectId?: string) => void;

/**
 * Runs `body` in one transaction and appends the events it emits as its last statements, since appending takes the lock
 * that makes event order commit order.
 */
export async function record<Value>(
  parts: RecordParts,
  projectId: string,
  body: (tx: Transaction, emit: Emit) => Promise<Value>,
): Promise<Value> {
  return parts.database.transaction(async (tx) => {
    const emitted: { readonly projectId: string; readonly events: NewEvent[] }[] = [];
    const value = await body(tx, (event, about = projectId) => {
      const last = emitted.at(-1);
      if (last?.projectId === about) last.events.push(event);
      else emitted.push({ projectId: about, events: [event] });
    });
    const at = parts.clock.now();
    for (const batch of emitted) await parts.events.append(tx, { ...batch, at });
    return value;
  });
}
