import type { Project, ProjectStore } from "@omoios/engine/ports/project-store";
import type { Transaction } from "@omoios/engine/ports/database";
import type { Kysely } from "kysely";
import type { ProjectTable, Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, rowId, written } from "./guarded-write.ts";

const columns = ["id", "name", "source", "createdAt", "removedAt"] as const satisfies readonly (keyof ProjectTable)[];
const counters = {
  spec: "specCount",
  ticket: "ticketCount",
  task: "taskCount",
  discovery: "discoveryCount",
  exploration: "explorationCount",
} as const;

export class PostgresProjectStore implements ProjectStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async get(id: string, tx?: Transaction): Promise<Project> {
    const query = queriesFor(this.#queries, tx)
      .selectFrom("project")
      .select(columns)
      .where("id", "=", rowId("project", id));
    return found(await query.executeTakeFirst(), "project", id);
  }

  async bySource(source: string, tx?: Transaction): Promise<Project | null> {
    const query = queriesFor(this.#queries, tx).selectFrom("project").select(columns).where("source", "=", source);
    return (await query.executeTakeFirst()) ?? null;
  }

  async list(): Promise<readonly Project[]> {
    const present = this.#queries.selectFrom("project").select(columns).where("removedAt", "is", null);
    return present.orderBy("createdAt").orderBy("id").execute();
  }

  async create(tx: Transaction, project: Project): Promise<void> {
    const query = queriesOf(tx).insertInto("project").values(project);
    const row = await query
      .onConflict((conflict) => conflict.column("source").doNothing())
      .returning("id")
      .executeTakeFirst();
    written(row, "project of", project.source);
  }

  async remove(tx: Transaction, id: string, at: Date): Promise<void> {
    const update = queriesOf(tx).updateTable("project").set({ removedAt: at }).where("id", "=", id);
    written(await update.where("removedAt", "is", null).returning("id").executeTakeFirst(), "project", id);
  }

  async restore(tx: Transaction, id: string): Promise<boolean> {
    const locked = queriesOf(tx).selectFrom("project").select("removedAt").where("id", "=", id).forUpdate();
    const { removedAt } = found(await locked.executeTakeFirst(), "project", id);
    if (removedAt === null) return false;
    await queriesOf(tx).updateTable("project").set({ removedAt: null }).where("id", "=", id).execute();
    return true;
  }

  async nextNumber(tx: Transaction, projectId: string, kind: keyof typeof counters): Promise<number> {
    const counter = counters[kind];
    const row = await queriesOf(tx)
      .updateTable("project")
      .set((all) => ({ [counter]: all(counter, "+", 1) }))
      .where("id", "=", projectId)
      .returning(counter)
      .executeTakeFirst();
    return found<Partial<Record<typeof counter, number>>>(row, "project", projectId)[counter] ?? 0;
  }
}
