import type { NewEvent } from "@omoios/contract/events";
import type { Clock } from "../ports/clock.ts";
import type { Database, Transaction } from "../ports/database.ts";
import type { EventLog } from "../ports/event-log.ts";

export interface RecordParts {
  readonly database: Database;
  readonly events: EventLog;
  readonly clock: Clock;
}

export type Emit = (event: NewEvent) => void;

/**
 * Runs `body` in one transaction and appends the events it emits as its last statement, since appending takes the lock
 * that makes event order commit order.
 */
export async function record<Value>(
  parts: RecordParts,
  projectId: string,
  body: (tx: Transaction, emit: Emit) => Promise<Value>,
): Promise<Value> {
  return parts.database.transaction(async (tx) => {
    const emitted: NewEvent[] = [];
    const value = await body(tx, (event) => emitted.push(event));
    if (emitted.length > 0) await parts.events.append(tx, { projectId, events: emitted, at: parts.clock.now() });
    return value;
  });
}
