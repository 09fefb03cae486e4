import type { Check, CheckFile, Criterion, Requirement, Ticket } from "@omoios/domain/spec/plan";
import type { Transaction } from "@omoios/engine/ports/database";
import type {
  Approval,
  PhaseFinding,
  PhaseOutput,
  PlanStore,
  PublishedPlan,
  Question,
} from "@omoios/engine/ports/plan-store";
import type { Kysely } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { CriterionCheckTable, PhaseOutputTable, Tables, TicketTable } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, portions, rowId, written } from "./guarded-write.ts";
import { taskRow } from "./task-store.ts";

const phaseOutputColumns = [
  "specId",
  "phase",
  "version",
  "status",
  "output",
  "madeFrom",
  "promptDigest",
  "madeBy",
  "findings",
  "evaluation",
  "score",
  "createdAt",
] as const satisfies readonly (keyof PhaseOutput & keyof PhaseOutputTable)[];
const checkColumns = [
  "id",
  "criterionId",
  "specId",
  "origin",
  "command",
  "directory",
  "timeoutMs",
  "expectedExitCode",
  "files",
] as const satisfies readonly (keyof Check & keyof CriterionCheckTable)[];
const ticketColumns = [
  "id",
  "projectId",
  "specId",
  "number",
  "title",
  "branch",
] as const satisfies readonly (keyof TicketTable)[];

const madeFromSchema = z.array(z.string());
const findingsSchema = z.array(
  z.object({ rule: z.string(), at: z.string(), message: z.string(), fix: z.string() }),
) satisfies z.ZodType<PhaseFinding[]>;
const evaluationSchema = z.record(z.string(), z.object({ score: z.number(), reason: z.string() })).nullable();
const filesSchema = z.array(z.object({ path: z.string(), content: z.string() })) satisfies z.ZodType<CheckFile[]>;

export class PostgresPlanStore implements PlanStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async addPhaseOutputs(tx: Transaction, outputs: readonly PhaseOutput[]): Promise<void> {
    for (const portion of portions(outputs)) {
      const rows = portion.map((output) => ({
        ...output,
        output: json(output.output),
        madeFrom: json(output.madeFrom),
        findings: json(output.findings),
        evaluation: json(output.evaluation),
      }));
      await queriesOf(tx).insertInto("phaseOutput").values(rows).execute();
    }
  }

  async phaseOutputs(specId: string, tx?: Transaction): Promise<readonly PhaseOutput[]> {
    const rows = await queriesFor(this.#queries, tx)
      .selectFrom("phaseOutput")
      .select(phaseOutputColumns)
      .where("specId", "=", specId)
      .orderBy("createdAt")
      .orderBy("version")
      .orderBy("phase")
      .execute();
    return rows.map((row) => ({
      ...row,
      madeFrom: madeFromSchema.parse(row.madeFrom),
      findings: findingsSchema.parse(row.findings),
      evaluation: evaluationSchema.parse(row.evaluation),
    }));
  }

  async addApproval(tx: Transaction, approval: Approval): Promise<void> {
    await queriesOf(tx).insertInto("approval").values(approval).execute();
  }

  async approvals(specId: string, tx?: Transaction): Promise<readonly Approval[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("approval").selectAll().where("specId", "=", specId);
    return query.orderBy("decidedAt").orderBy("id").execute();
  }

  async addQuestions(tx: Transaction, questions: readonly Question[]): Promise<void> {
    for (const rows of portions(questions)) await queriesOf(tx).insertInto("question").values(rows).execute();
  }

  async questions(specId: string, tx?: Transaction): Promise<readonly Question[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("question").selectAll().where("specId", "=", specId);
    return query.orderBy("number").execute();
  }

  async answer(
    tx: Transaction,
    question: Question,
    given: { readonly answer: string; readonly by: "policy" | "person"; readonly at: Date },
  ): Promise<Question> {
    const row = await queriesOf(tx)
      .updateTable("question")
      .set({ answer: given.answer, answeredBy: given.by, answeredAt: given.at })
      .where("specId", "=", question.specId)
      .where("number", "=", question.number)
      .where("answer", "is", null)
      .returningAll()
      .executeTakeFirst();
    return written(row, "question", String(question.number));
  }

  async publish(tx: Transaction, plan: PublishedPlan): Promise<void> {
    const queries = queriesOf(tx);
    for (const rows of portions(plan.requirements)) await queries.insertInto("requirement").values(rows).execute();
    for (const rows of portions(plan.criteria)) await queries.insertInto("criterion").values(rows).execute();
    for (const checks of portions(plan.checks)) {
      const rows = checks.map((check) => ({ ...check, files: json(check.files) }));
      await queries.insertInto("criterionCheck").values(rows).execute();
    }
    for (const rows of portions(plan.tickets)) await queries.insertInto("ticket").values(rows).execute();
    for (const tasks of portions(plan.tasks)) {
      await queries.insertInto("task").values(tasks.map(taskRow)).execute();
    }
    for (const rows of portions(plan.edges)) await queries.insertInto("taskEdge").values(rows).execute();
    for (const rows of portions(plan.proves)) await queries.insertInto("taskCriterion").values(rows).execute();
  }

  async requirements(specId: string, tx?: Transaction): Promise<readonly Requirement[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("requirement").selectAll().where("specId", "=", specId);
    return query.orderBy("label").execute();
  }

  async criteria(specId: string, tx?: Transaction): Promise<readonly Criterion[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("criterion").selectAll().where("specId", "=", specId);
    return query.orderBy("label").execute();
  }

  async criteriaOfTask(taskId: string, tx?: Transaction): Promise<readonly Criterion[]> {
    return queriesFor(this.#queries, tx)
      .selectFrom("criterion")
      .innerJoin("taskCriterion", "taskCriterion.criterionId", "criterion.id")
      .selectAll("criterion")
      .where("taskCriterion.taskId", "=", taskId)
      .orderBy("criterion.label")
      .execute();
  }

  async checks(specId: string, tx?: Transaction): Promise<readonly Check[]> {
    const rows = await this.#everyCheck(specId, tx).where("criterionCheck.retiredAt", "is", null).execute();
    return rows.map((row) => ({ ...row, files: filesSchema.parse(row.files) }));
  }

  async everyCheck(specId: string): Promise<readonly Check[]> {
    const rows = await this.#everyCheck(specId).execute();
    return rows.map((row) => ({ ...row, files: filesSchema.parse(row.files) }));
  }

  async reword(tx: Transaction, words: Parameters<PlanStore["reword"]>[1]): Promise<void> {
    const queries = queriesOf(tx);
    const { specId, label, text } = words;
    await queries
      .updateTable("requirement")
      .set({ text })
      .where("specId", "=", specId)
      .where("label", "=", label)
      .execute();
    // A yes was to the old words.
    const changed = queries.updateTable("criterion").set({ text, acceptedReason: null });
    await changed.where("specId", "=", specId).where("label", "=", label).execute();
  }

  async accept(tx: Transaction, yes: { readonly criterionId: string; readonly reason: string }): Promise<void> {
    const changed = queriesOf(tx).updateTable("criterion").set({ acceptedReason: yes.reason });
    await changed.where("id", "=", yes.criterionId).execute();
  }

  async retireChecks(
    tx: Transaction,
    retired: { readonly criterionIds: readonly string[]; readonly at: Date },
  ): Promise<void> {
    if (retired.criterionIds.length === 0) return;
    const changed = queriesOf(tx).updateTable("criterionCheck").set({ retiredAt: retired.at });
    await changed.where("criterionId", "in", retired.criterionIds).where("retiredAt", "is", null).execute();
  }

  async tickets(specId: string): Promise<readonly Ticket[]> {
    return this.#queries
      .selectFrom("ticket")
      .select(ticketColumns)
      .where("specId", "=", specId)
      .orderBy("number")
      .execute();
  }

  async ticket(id: string): Promise<Ticket> {
    const query = this.#queries.selectFrom("ticket").select(ticketColumns).where("id", "=", rowId("ticket", id));
    return found(await query.executeTakeFirst(), "ticket", id);
  }

  #everyCheck(specId: string, tx?: Transaction) {
    return queriesFor(this.#queries, tx)
      .selectFrom("criterionCheck")
      .innerJoin("criterion", "criterion.id", "criterionCheck.criterionId")
      .select(checkColumns.map((column) => `criterionCheck.${column}` as const))
      .where("criterionCheck.specId", "=", specId)
      .orderBy("criterion.label")
      .orderBy("criterionCheck.id");
  }
}
