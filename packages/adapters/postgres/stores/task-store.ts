import type { ScoreFactors } from "@omoios/domain/task/score";
import { type TaskKind, type TaskMove, taskMoves } from "@omoios/domain/task/state";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { Transaction } from "@omoios/engine/ports/database";
import type { TaskEdge } from "@omoios/engine/ports/plan-store";
import type { TaskPatch, TaskStore } from "@omoios/engine/ports/task-store";
import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { Tables, TaskTable } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, rowId, stateAfter, written } from "./guarded-write.ts";

/** The columns a {@link Task} is made of. */
const taskColumns = [
  "id",
  "projectId",
  "specId",
  "kind",
  "ticketId",
  "number",
  "title",
  "description",
  "mode",
  "status",
  "version",
  "priority",
  "declaredFiles",
  "mergeCommit",
  "unmet",
  "downstream",
  "score",
  "scoreFactors",
  "blockedReason",
  "question",
  "branch",
  "createdAt",
  "readyAt",
  "retryAt",
  "endedAt",
] as const satisfies readonly (keyof Task & keyof TaskTable)[];
type TaskRow = Pick<Selectable<TaskTable>, (typeof taskColumns)[number]>;

const declaredFilesSchema = z.array(z.string());
const factor = z.number();
const scoreFactorsSchema = z.object({
  priority: factor,
  age: factor,
  deadline: factor,
  downstream: factor,
  fresh: factor,
  starved: z.boolean(),
}) satisfies z.ZodType<ScoreFactors>;

/** A row as the domain knows it. */
function toTask(row: TaskRow): Task {
  return {
    ...row,
    declaredFiles: declaredFilesSchema.parse(row.declaredFiles),
    scoreFactors: scoreFactorsSchema.nullable().parse(row.scoreFactors),
  };
}

/** A task as its row. */
export function taskRow(task: Task): Insertable<TaskTable> {
  return { ...task, declaredFiles: json(task.declaredFiles), scoreFactors: json(task.scoreFactors) };
}

function toColumns({ scoreFactors, ...columnsOfPatch }: TaskPatch): Updateable<TaskTable> {
  return scoreFactors === undefined ? columnsOfPatch : { ...columnsOfPatch, scoreFactors: json(scoreFactors) };
}

export class PostgresTaskStore implements TaskStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async get(id: string, tx?: Transaction): Promise<Task> {
    const query = queriesFor(this.#queries, tx)
      .selectFrom("task")
      .select(taskColumns)
      .where("id", "=", rowId("task", id));
    return toTask(found(await query.executeTakeFirst(), "task", id));
  }

  async byNumber(projectId: string, number: number, kind: TaskKind = "work"): Promise<Task | null> {
    const query = this.#queries
      .selectFrom("task")
      .select(taskColumns)
      .where("projectId", "=", projectId)
      .where("kind", "=", kind)
      .where("number", "=", number);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : toTask(row);
  }

  async ofSpec(specId: string, tx?: Transaction): Promise<readonly Task[]> {
    return this.#ofKind("work", specId, tx);
  }

  async explorations(specId: string, tx?: Transaction): Promise<readonly Task[]> {
    return this.#ofKind("exploration", specId, tx);
  }

  async create(tx: Transaction, task: Task): Promise<void> {
    await queriesOf(tx).insertInto("task").values(taskRow(task)).execute();
  }

  async rewire(
    tx: Transaction,
    { from, to }: { readonly from: string; readonly to: readonly string[] },
  ): Promise<void> {
    const queries = queriesOf(tx);
    const gone = await queries.deleteFrom("taskEdge").where("needsId", "=", from).returning("taskId").execute();
    const edges = gone.flatMap(({ taskId }) => to.map((needsId) => ({ taskId, needsId, kind: "hard" as const })));
    if (gone.length === 0) return;
    await queries.insertInto("taskEdge").values(edges).execute();
    await queries
      .updateTable("task")
      .set((all) => ({ unmet: all("unmet", "+", to.length - 1), version: all("version", "+", 1) }))
      .where(
        "id",
        "in",
        gone.map(({ taskId }) => taskId),
      )
      .execute();
  }

  async edges(specId: string, tx?: Transaction): Promise<readonly TaskEdge[]> {
    return queriesFor(this.#queries, tx)
      .selectFrom("taskEdge")
      .innerJoin("task", "task.id", "taskEdge.taskId")
      .select(["taskEdge.taskId", "taskEdge.needsId", "taskEdge.kind"])
      .where("task.specId", "=", specId)
      .orderBy("task.number")
      .orderBy("taskEdge.needsId")
      .execute();
  }

  async move(
    tx: Transaction,
    seen: Task,
    change: { readonly move: TaskMove; readonly patch?: TaskPatch },
  ): Promise<Task> {
    const status = stateAfter(taskMoves, { what: taskLabel(seen), state: seen.status }, change.move);
    const row = await queriesOf(tx)
      .updateTable("task")
      .set({ ...toColumns(change.patch ?? {}), status, version: seen.version + 1 })
      .where("id", "=", seen.id)
      .where("version", "=", seen.version)
      .returning(taskColumns)
      .executeTakeFirst();
    return toTask(written(row, "task", seen.id));
  }

  async meetDependency(tx: Transaction, taskId: string, at: Date): Promise<readonly Task[]> {
    // Only a pending task becomes ready by this; a blocked one just has less to wait for when it goes on.
    const last = sql<boolean>`task.status = 'pending' AND task.unmet = 1`;
    const rows = await queriesOf(tx)
      .updateTable("task")
      .from("taskEdge")
      .set((all) => ({
        unmet: all("task.unmet", "-", 1),
        version: all("task.version", "+", 1),
        status: sql<Task["status"]>`CASE WHEN ${last} THEN ${taskMoves.pending.ready} ELSE task.status END`,
        readyAt: sql<Date | null>`CASE WHEN ${last} THEN ${at}::timestamptz ELSE task.ready_at END`,
      }))
      .whereRef("taskEdge.taskId", "=", "task.id")
      .where("taskEdge.needsId", "=", taskId)
      .where("task.unmet", ">", 0)
      .returning(taskColumns.map((column) => `task.${column}` as const))
      .execute();
    const ready = rows.filter((row) => row.status === taskMoves.pending.ready && row.unmet === 0);
    return ready.map(toTask).sort((one, other) => one.number - other.number);
  }

  async #ofKind(kind: TaskKind, specId: string, tx: Transaction | undefined): Promise<readonly Task[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("task").select(taskColumns);
    const rows = await query.where("specId", "=", specId).where("kind", "=", kind).orderBy("number").execute();
    return rows.map(toTask);
  }
}
