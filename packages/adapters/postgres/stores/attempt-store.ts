import { type Attempt, type Feedback, feedbackKinds } from "@omoios/domain/attempt/attempt";
import {
  type AgentState,
  type AttemptMove,
  attemptMoves,
  type AttemptState,
  isLiveAttempt,
} from "@omoios/domain/attempt/state";
import { FaultError } from "@omoios/domain/shared/fault";
import type { AttemptHolder, AttemptPatch, AttemptStore } from "@omoios/engine/ports/attempt-store";
import type { Transaction } from "@omoios/engine/ports/database";
import { type Kysely, type Selectable, sql, type Updateable } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { AttemptTable, Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, rowId, stateAfter, statesWith, written } from "./guarded-write.ts";

const columns = [
  "id",
  "taskId",
  "specId",
  "projectId",
  "number",
  "kind",
  "judges",
  "state",
  "version",
  "epoch",
  "jobId",
  "agent",
  "strategy",
  "model",
  "workflowVersion",
  "branch",
  "baseCommit",
  "tip",
  "brief",
  "feedback",
  "reason",
  "agentState",
  "agentSummary",
  "progress",
  "droppedDiscoveries",
  "parkedUntil",
  "cancelRequested",
  "createdAt",
  "claimedAt",
  "startedAt",
  "beatAt",
  "outputAt",
  "endedAt",
] as const satisfies readonly (keyof Attempt & keyof AttemptTable)[];
type AttemptRow = Pick<Selectable<AttemptTable>, (typeof columns)[number]>;

const feedbackSchema = z.object({
  kind: z.enum(feedbackKinds),
  message: z.string(),
  items: z.array(z.object({ subject: z.string(), message: z.string(), tail: z.string().nullable() })),
}) satisfies z.ZodType<Feedback>;

const progressSchema = z.object({ message: z.string(), percent: z.int().nullable(), at: z.coerce.date() });

/** A parked attempt has no runner; every other live one may have. */
const heldStates = statesWith<AttemptState, AttemptMove>(attemptMoves, "claim");

function toAttempt(row: AttemptRow): Attempt {
  return {
    ...row,
    feedback: feedbackSchema.nullable().parse(row.feedback),
    progress: progressSchema.nullable().parse(row.progress),
  };
}

function toColumns({ feedback, progress, ...columnsOfPatch }: AttemptPatch): Updateable<AttemptTable> {
  return {
    ...columnsOfPatch,
    ...(feedback === undefined ? {} : { feedback: json(feedback) }),
    ...(progress === undefined ? {} : { progress: json(progress) }),
  };
}

export class PostgresAttemptStore implements AttemptStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async get(id: string, tx?: Transaction): Promise<Attempt> {
    const query = queriesFor(this.#queries, tx)
      .selectFrom("attempt")
      .select(columns)
      .where("id", "=", rowId("attempt", id));
    return toAttempt(found(await query.executeTakeFirst(), "attempt", id));
  }

  async ofTask(taskId: string, tx?: Transaction): Promise<readonly Attempt[]> {
    const query = this.#holding(tx).where("taskId", "=", taskId);
    return (await query.orderBy("number").execute()).map(toAttempt);
  }

  async ofSpec(specId: string): Promise<readonly Attempt[]> {
    const query = this.#holding().where("specId", "=", specId);
    return (await query.orderBy("createdAt").orderBy("number").execute()).map(toAttempt);
  }

  async inStates(states: readonly AttemptState[]): Promise<readonly Attempt[]> {
    if (states.length === 0) return [];
    const query = this.#holding().where("state", "in", states);
    return (await query.orderBy("createdAt").orderBy("id").execute()).map(toAttempt);
  }

  async validations(
    of: { readonly attemptId: string } | { readonly specId: string },
    tx?: Transaction,
  ): Promise<readonly Attempt[]> {
    const all = queriesFor(this.#queries, tx).selectFrom("attempt").select(columns).where("judges", "is not", null);
    const query = "specId" in of ? all.where("specId", "=", of.specId) : all.where("judges", "=", of.attemptId);
    return (await query.orderBy("createdAt").orderBy("number").execute()).map(toAttempt);
  }

  async create(tx: Transaction, attempt: Attempt): Promise<void> {
    const { feedback, progress, ...row } = attempt;
    await queriesOf(tx)
      .insertInto("attempt")
      .values({ ...row, feedback: json(feedback), progress: json(progress) })
      .execute();
  }

  async claim(
    tx: Transaction,
    claim: { readonly id: string; readonly jobId: string; readonly at: Date },
  ): Promise<Attempt | null> {
    const row = await queriesOf(tx)
      .updateTable("attempt")
      .set((all) => ({
        // The claimer lives now, whatever the last beat of the holder before it says.
        claimedAt: claim.at,
        beatAt: claim.at,
        epoch: all("epoch", "+", 1),
        version: all("version", "+", 1),
        state: attemptMoves.queued.claim,
      }))
      .where("id", "=", claim.id)
      .where("jobId", "=", claim.jobId)
      .where("state", "in", heldStates)
      .returning(columns)
      .executeTakeFirst();
    return row === undefined ? null : toAttempt(row);
  }

  async fence(tx: Transaction, holder: AttemptHolder): Promise<Attempt> {
    const row = await queriesOf(tx)
      .selectFrom("attempt")
      .select(columns)
      .where("id", "=", holder.id)
      .forUpdate()
      .executeTakeFirst();
    const attempt = toAttempt(found(row, "attempt", holder.id));
    if (attempt.epoch !== holder.epoch || !isLiveAttempt(attempt.state)) {
      throw new FaultError({ kind: "stale", what: "attempt", id: holder.id });
    }
    return attempt;
  }

  async move(
    tx: Transaction,
    seen: Attempt,
    change: { readonly move: AttemptMove; readonly patch?: AttemptPatch },
  ): Promise<Attempt> {
    const state = stateAfter(attemptMoves, { what: `attempt ${seen.number}`, state: seen.state }, change.move);
    return this.#write(tx, seen, { ...toColumns(change.patch ?? {}), state });
  }

  async patch(tx: Transaction, seen: Attempt, patch: AttemptPatch): Promise<Attempt> {
    return this.#write(tx, seen, toColumns(patch));
  }

  async beat(
    beat: AttemptHolder & { readonly at: Date; readonly outputAt: Date | null; readonly agentState: AgentState },
  ): Promise<boolean> {
    const row = await this.#queries
      .updateTable("attempt")
      .set({
        beatAt: beat.at,
        outputAt: sql<Date | null>`greatest(output_at, ${beat.outputAt}::timestamptz)`,
        agentState: beat.agentState,
      })
      .where("id", "=", beat.id)
      .where("epoch", "=", beat.epoch)
      .where("state", "in", heldStates)
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Attempts that hold their task. */
  #holding(tx?: Transaction) {
    return queriesFor(this.#queries, tx).selectFrom("attempt").select(columns).where("judges", "is", null);
  }

  async #write(tx: Transaction, seen: Attempt, change: Updateable<AttemptTable>): Promise<Attempt> {
    const row = await queriesOf(tx)
      .updateTable("attempt")
      .set({ ...change, version: seen.version + 1 })
      .where("id", "=", seen.id)
      .where("version", "=", seen.version)
      .returning(columns)
      .executeTakeFirst();
    return toAttempt(written(row, "attempt", seen.id));
  }
}
