import { type Scenario, scenarioSchema } from "@omoios/contract/scenario";
import { label } from "@omoios/domain/shared/label";
import type { Spec, SpecSettings } from "@omoios/domain/spec/spec";
import { type SpecMove, specMoves, type SpecStatus } from "@omoios/domain/spec/state";
import type { Transaction } from "@omoios/engine/ports/database";
import type { SpecPatch, SpecQuery, SpecStore } from "@omoios/engine/ports/spec-store";
import { type Kysely, type Selectable, sql, type Updateable } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { SpecTable, Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, rowId, stateAfter, written } from "./guarded-write.ts";

const columns = [
  "id",
  "projectId",
  "number",
  "request",
  "title",
  "size",
  "status",
  "phase",
  "version",
  "pausedReason",
  "pausedUntil",
  "pausedBy",
  "attention",
  "settings",
  "baseBranch",
  "baseCommit",
  "branch",
  "assumptions",
  "requestedAt",
  "endedAt",
] as const satisfies readonly (keyof Spec & keyof SpecTable)[];
type SpecRow = Pick<Selectable<SpecTable>, (typeof columns)[number]>;

const settingsSchema = z.object({
  agent: z.string(),
  model: z.string(),
  approval: z.enum(["policy", "person"]),
}) satisfies z.ZodType<SpecSettings>;
const assumptionsSchema = z.array(z.string());

function toSpec(row: SpecRow): Spec {
  return {
    ...row,
    settings: settingsSchema.parse(row.settings),
    assumptions: assumptionsSchema.parse(row.assumptions),
  };
}

function toColumns({ assumptions, ...columnsOfPatch }: SpecPatch): Updateable<SpecTable> {
  return assumptions === undefined ? columnsOfPatch : { ...columnsOfPatch, assumptions: json(assumptions) };
}

export class PostgresSpecStore implements SpecStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async get(id: string, tx?: Transaction): Promise<Spec> {
    const query = queriesFor(this.#queries, tx).selectFrom("spec").select(columns).where("id", "=", rowId("spec", id));
    return toSpec(found(await query.executeTakeFirst(), "spec", id));
  }

  async byNumber(projectId: string, number: number): Promise<Spec | null> {
    const query = this.#queries
      .selectFrom("spec")
      .select(columns)
      .where("projectId", "=", projectId)
      .where("number", "=", number);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : toSpec(row);
  }

  async list({ projectId, statuses, before, limit }: SpecQuery): Promise<readonly Spec[]> {
    if (statuses?.length === 0) return [];
    const rows = await this.#queries
      .selectFrom("spec")
      .select(columns)
      .where("projectId", "in", (all) => all.selectFrom("project").select("id").where("removedAt", "is", null))
      .$if(projectId !== undefined, (all) => all.where("projectId", "=", projectId ?? ""))
      .$if(statuses !== undefined, (all) => all.where("status", "in", statuses ?? []))
      .$if(before !== undefined, (all) =>
        all.where(sql<boolean>`(requested_at, id) < (${before?.requestedAt}, ${before?.id})`),
      )
      .orderBy("requestedAt", "desc")
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toSpec);
  }

  async inProject(tx: Transaction, projectId: string, statuses: readonly SpecStatus[]): Promise<readonly Spec[]> {
    const own = queriesOf(tx).selectFrom("spec").select(columns).where("projectId", "=", projectId);
    return (await own.where("status", "in", statuses).orderBy("number").execute()).map(toSpec);
  }

  async countByProject(statuses: readonly SpecStatus[]): Promise<ReadonlyMap<string, number>> {
    const query = this.#queries
      .selectFrom("spec")
      .select((all) => ["projectId" as const, all.fn.countAll<number>().as("count")])
      .where("status", "in", statuses);
    return new Map((await query.groupBy("projectId").execute()).map((row) => [row.projectId, row.count]));
  }

  async countByStatus(): Promise<ReadonlyMap<SpecStatus, number>> {
    const query = this.#queries
      .selectFrom("spec")
      .where("projectId", "in", (all) => all.selectFrom("project").select("id").where("removedAt", "is", null))
      .select((all) => ["status" as const, all.fn.countAll<number>().as("count")]);
    return new Map((await query.groupBy("status").execute()).map((row) => [row.status, row.count]));
  }

  async create(tx: Transaction, spec: Spec, scenario: Scenario | null): Promise<void> {
    const { settings, assumptions, ...row } = spec;
    await queriesOf(tx)
      .insertInto("spec")
      .values({ ...row, settings: json(settings), assumptions: json(assumptions), scenario: json(scenario) })
      .execute();
  }

  async scenario(id: string): Promise<Scenario | null> {
    const query = this.#queries.selectFrom("spec").select("scenario").where("id", "=", rowId("spec", id));
    return scenarioSchema.nullable().parse(found(await query.executeTakeFirst(), "spec", id).scenario);
  }

  async move(
    tx: Transaction,
    seen: Spec,
    change: { readonly move: SpecMove; readonly patch?: SpecPatch },
  ): Promise<Spec> {
    const status: SpecStatus = stateAfter(
      specMoves,
      { what: label("SPC", seen.number), state: seen.status },
      change.move,
    );
    return this.#write(tx, seen, { ...toColumns(change.patch ?? {}), status });
  }

  async patch(tx: Transaction, seen: Spec, patch: SpecPatch): Promise<Spec> {
    return this.#write(tx, seen, toColumns(patch));
  }

  async #write(tx: Transaction, seen: Spec, change: Updateable<SpecTable>): Promise<Spec> {
    const row = await queriesOf(tx)
      .updateTable("spec")
      .set({ ...change, version: seen.version + 1 })
      .where("id", "=", seen.id)
      .where("version", "=", seen.version)
      .returning(columns)
      .executeTakeFirst();
    return toSpec(written(row, "spec", seen.id));
  }
}
