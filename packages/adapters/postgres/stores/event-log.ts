import { eventSchema, type StoredEvent } from "@omoios/contract/events";
import type { Transaction } from "@omoios/engine/ports/database";
import type { EventBatch, EventLog, EventQuery } from "@omoios/engine/ports/event-log";
import { sql } from "kysely";
import { eventChannel, type PostgresDatabase } from "../postgres-database.ts";
import { json } from "../sql-values.ts";
import { queriesOf } from "../transaction.ts";

export class PostgresEventLog implements EventLog {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async append(tx: Transaction, { projectId, events, at }: EventBatch): Promise<void> {
    if (events.length === 0) return;
    // The lock of the position row lasts to commit, so positions are given in commit order and a rollback leaves no gap.
    await sql`
      WITH position AS (
        UPDATE event_position SET seq = seq + ${events.length} WHERE id = 1 RETURNING seq - ${events.length} AS before
      ), added AS (
        INSERT INTO event (seq, project_id, spec_id, task_id, attempt_id, type, payload, at)
        SELECT position.before + item.place, ${projectId}::uuid, (item.event ->> 'specId')::uuid, (item.event ->> 'taskId')::uuid,
          (item.event ->> 'attemptId')::uuid, item.event ->> 'type', item.event -> 'payload', ${at}::timestamptz
        FROM position, jsonb_array_elements(${json(events)}::jsonb) WITH ORDINALITY AS item (event, place)
        RETURNING seq
      )
      SELECT pg_notify(${eventChannel}, max(seq)::text) FROM added`.execute(queriesOf(tx));
  }

  async read({ after, limit, specId, types }: EventQuery): Promise<readonly StoredEvent[]> {
    const rows = await this.#database.queries
      .selectFrom("event")
      .select(["seq", "projectId", "specId", "taskId", "attemptId", "type", "payload", "at"])
      .where("seq", ">", after)
      .$if(specId !== undefined, (all) => all.where("specId", "=", specId ?? ""))
      .$if(types !== undefined, (all) => all.where("type", "in", types ?? []))
      .orderBy("seq")
      .limit(limit)
      .execute();
    return rows.map((row) => eventSchema.parse({ ...row, at: row.at.toISOString() }));
  }

  async latest(): Promise<number> {
    const { seq } = await this.#database.queries.selectFrom("eventPosition").select("seq").executeTakeFirstOrThrow();
    return seq;
  }

  subscribe(wake: () => void): Disposable {
    return this.#database.onEvents(wake);
  }
}
