import { overTaskStatuses } from "@omoios/domain/task/state";
import type { AdmissionStore, ReadyTask } from "@omoios/engine/ports/admission-store";
import type { Transaction } from "@omoios/engine/ports/database";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.generated.ts";
import { queriesOf } from "../transaction.ts";

const globalScope = "global";
const projectPrefix = "project:";

export class PostgresAdmissionStore implements AdmissionStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async lock(tx: Transaction): Promise<void> {
    await queriesOf(tx)
      .selectFrom("lock")
      .select("name")
      .where("name", "=", "admit")
      .forUpdate()
      .executeTakeFirstOrThrow();
  }

  async resize(tx: Transaction, limits: { readonly global: number; readonly perProject: number }): Promise<void> {
    const queries = queriesOf(tx);
    const changed = await sql`
      INSERT INTO slot_scope AS known (scope, size)
      SELECT ${globalScope}, ${limits.global}::int
      UNION ALL SELECT ${projectPrefix} || id, ${limits.perProject}::int FROM project
      ON CONFLICT (scope) DO UPDATE SET size = excluded.size WHERE known.size <> excluded.size
      RETURNING scope`.execute(queries);
    if (changed.rows.length === 0) return;
    await removeFreeSurplus(queries);
    await addMissing(queries);
  }

  async free(tx: Transaction): Promise<{ readonly global: number; readonly byProject: ReadonlyMap<string, number> }> {
    const rows = await queriesOf(tx)
      .selectFrom("slot")
      .select((all) => ["scope" as const, all.fn.countAll<number>().as("count")])
      .where("attemptId", "is", null)
      .groupBy("scope")
      .execute();
    const byProject = new Map<string, number>();
    let global = 0;
    for (const { scope, count } of rows) {
      if (scope === globalScope) global = count;
      else byProject.set(scope.slice(projectPrefix.length), count);
    }
    return { global, byProject };
  }

  async ready(tx: Transaction): Promise<readonly ReadyTask[]> {
    const rows = await queriesOf(tx)
      .with("longest", (all) =>
        all
          .selectFrom("task")
          .select((every) => ["specId" as const, every.fn.max("downstream").as("downstream")])
          .where("status", "not in", overTaskStatuses)
          .groupBy("specId"),
      )
      .selectFrom("task")
      .innerJoin("spec", "spec.id", "task.specId")
      .innerJoin("longest", "longest.specId", "task.specId")
      .select(["task.id", "task.projectId", "task.number", "task.priority", "task.downstream"])
      .select((all) => [
        "longest.downstream as longestDownstream" as const,
        all.fn.coalesce("task.readyAt", "task.createdAt").as("readyAt"),
        all
          .selectFrom("attempt")
          .select((every) => every.fn.countAll<number>().as("count"))
          .whereRef("attempt.taskId", "=", "task.id")
          .where("attempt.judges", "is", null)
          .as("attempts"),
      ])
      .where("task.status", "=", "ready")
      .where((of) =>
        of.or([
          of.and([of("task.kind", "=", "work"), of("spec.status", "=", "executing")]),
          of.and([of("task.kind", "=", "exploration"), of("spec.status", "=", "planning")]),
        ]),
      )
      .where("spec.pausedReason", "is", null)
      .execute();
    return rows.map((row) => ({ ...row, attempts: row.attempts ?? 0 }));
  }

  async take(tx: Transaction, attempt: { readonly id: string; readonly projectId: string }): Promise<boolean> {
    const scope = projectPrefix + attempt.projectId;
    const { rows } = await sql`
      WITH first_global AS (
        SELECT n FROM slot WHERE scope = ${globalScope} AND attempt_id IS NULL ORDER BY n LIMIT 1
      ), first_own AS (
        SELECT n FROM slot WHERE scope = ${scope} AND attempt_id IS NULL ORDER BY n LIMIT 1
      )
      UPDATE slot SET attempt_id = ${attempt.id}::uuid FROM first_global, first_own
      WHERE slot.attempt_id IS NULL
        AND ((slot.scope = ${globalScope} AND slot.n = first_global.n) OR (slot.scope = ${scope} AND slot.n = first_own.n))
      RETURNING slot.scope`.execute(queriesOf(tx));
    if (rows.length === 1) throw new TypeError("Slots were taken without the admission lock: call lock first");
    return rows.length === 2;
  }

  async release(tx: Transaction, attemptId: string): Promise<void> {
    const queries = queriesOf(tx);
    await sql`
      DELETE FROM slot USING slot_scope
      WHERE slot.attempt_id = ${attemptId}::uuid AND slot_scope.scope = slot.scope
        AND (SELECT count(*) FROM slot AS other WHERE other.scope = slot.scope) > slot_scope.size`.execute(queries);
    await queries.updateTable("slot").set({ attemptId: null }).where("attemptId", "=", attemptId).execute();
  }

  async held(): Promise<readonly { readonly scope: string; readonly n: number; readonly attemptId: string }[]> {
    return this.#queries
      .selectFrom("slot")
      .select(["scope", "n", "attemptId"])
      .where("attemptId", "is not", null)
      .$narrowType<{ attemptId: string }>()
      .orderBy("scope")
      .orderBy("n")
      .execute();
  }
}

/** Deletes free slots of scopes that have more than their size; the rest goes when it is released. */
async function removeFreeSurplus(queries: Kysely<Tables>): Promise<void> {
  await sql`
    DELETE FROM slot USING (
      SELECT free.scope, free.n, row_number() OVER (PARTITION BY free.scope ORDER BY free.n DESC) AS place,
        (SELECT count(*) FROM slot AS every WHERE every.scope = free.scope) - slot_scope.size AS surplus
      FROM slot AS free JOIN slot_scope ON slot_scope.scope = free.scope
      WHERE free.attempt_id IS NULL
    ) AS unneeded
    WHERE slot.scope = unneeded.scope AND slot.n = unneeded.n AND unneeded.place <= unneeded.surplus`.execute(queries);
}

/** Adds the slots a scope lacks, under the lowest numbers that are not taken. */
async function addMissing(queries: Kysely<Tables>): Promise<void> {
  await sql`
    INSERT INTO slot (scope, n)
    SELECT scope, n FROM (
      SELECT slot_scope.scope, number.n, row_number() OVER (PARTITION BY slot_scope.scope ORDER BY number.n) AS place,
        slot_scope.size - (SELECT count(*) FROM slot WHERE slot.scope = slot_scope.scope) AS missing
      FROM slot_scope CROSS JOIN LATERAL generate_series(1, slot_scope.size) AS number (n)
      WHERE NOT EXISTS (SELECT 1 FROM slot WHERE slot.scope = slot_scope.scope AND slot.n = number.n)
    ) AS gap
    WHERE place <= missing`.execute(queries);
}
