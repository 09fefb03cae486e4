import { type CandidateMove, candidateMoves, type CandidateState } from "@omoios/domain/landing/candidate-state";
import type { CommandRun } from "@omoios/domain/proof/command-run";
import type { Candidate } from "@omoios/domain/landing/candidate";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { finalStates } from "@omoios/domain/shared/moves";
import type { Transaction } from "@omoios/engine/ports/database";
import type { ProofStore } from "@omoios/engine/ports/proof-store";
import type { Kysely, Selectable } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { Tables, VerdictTable } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";
import { found, portions, stateAfter, written } from "./guarded-write.ts";

const citedSchema = z.array(z.string());
const ended: readonly CandidateState[] = finalStates<CandidateState, CandidateMove>(candidateMoves);

function toVerdict(row: Selectable<VerdictTable>): Verdict {
  return { ...row, evidence: citedSchema.parse(row.evidence), commands: citedSchema.parse(row.commands) };
}

export class PostgresProofStore implements ProofStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async addEvidence(tx: Transaction, evidence: readonly Evidence[]): Promise<void> {
    for (const rows of portions(evidence)) await queriesOf(tx).insertInto("evidence").values(rows).execute();
  }

  async evidenceOfSpec(specId: string): Promise<readonly Evidence[]> {
    return this.#queries
      .selectFrom("evidence")
      .innerJoin("attempt", "attempt.id", "evidence.attemptId")
      .selectAll("evidence")
      .where("attempt.specId", "=", specId)
      .orderBy("evidence.startedAt")
      .orderBy("evidence.id")
      .execute();
  }

  async evidenceOfAttempt(attemptId: string): Promise<readonly Evidence[]> {
    const query = this.#queries.selectFrom("evidence").selectAll().where("attemptId", "=", attemptId);
    return query.orderBy("startedAt").orderBy("id").execute();
  }

  async addCommandRuns(tx: Transaction, runs: readonly CommandRun[]): Promise<void> {
    for (const portion of portions(runs)) {
      const rows = portion.map((run) => ({ ...run, argv: json(run.argv) }));
      await queriesOf(tx).insertInto("commandRun").values(rows).execute();
    }
  }

  async commandRunsOfSpec(specId: string): Promise<readonly CommandRun[]> {
    const rows = await this.#queries
      .selectFrom("commandRun")
      .innerJoin("attempt", "attempt.id", "commandRun.validationId")
      .selectAll("commandRun")
      .where("attempt.specId", "=", specId)
      .orderBy("commandRun.startedAt")
      .orderBy("commandRun.name")
      .execute();
    return rows.map((row) => ({ ...row, argv: citedSchema.parse(row.argv) }));
  }

  async addVerdicts(tx: Transaction, verdicts: readonly Verdict[]): Promise<void> {
    for (const portion of portions(verdicts)) {
      const rows = portion.map((verdict) => ({
        ...verdict,
        evidence: json(verdict.evidence),
        commands: json(verdict.commands),
      }));
      await queriesOf(tx)
        .insertInto("verdict")
        .values(rows)
        // A candidate that is proven anew is judged anew: the newest judgement counts.
        .onConflict((conflict) =>
          conflict.columns(["attemptId", "criterionId", "candidateCommit"]).doUpdateSet((all) => ({
            validationId: all.ref("excluded.validationId"),
            met: all.ref("excluded.met"),
            confidence: all.ref("excluded.confidence"),
            evidence: all.ref("excluded.evidence"),
            commands: all.ref("excluded.commands"),
            reasoning: all.ref("excluded.reasoning"),
            voidReason: all.ref("excluded.voidReason"),
            createdAt: all.ref("excluded.createdAt"),
          })),
        )
        .execute();
    }
  }

  async verdictsOfSpec(specId: string): Promise<readonly Verdict[]> {
    const rows = await this.#queries
      .selectFrom("verdict")
      .innerJoin("criterion", "criterion.id", "verdict.criterionId")
      .selectAll("verdict")
      .where("criterion.specId", "=", specId)
      .orderBy("verdict.createdAt")
      .orderBy("criterion.label")
      .execute();
    return rows.map(toVerdict);
  }

  async proposeCandidate(tx: Transaction, candidate: Candidate): Promise<void> {
    await queriesOf(tx)
      .insertInto("candidate")
      .values(candidate)
      .onConflict((conflict) => conflict.columns(["attemptId", "specTip"]).doNothing())
      .execute();
  }

  async candidatesOfSpec(specId: string, tx?: Transaction): Promise<readonly Candidate[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("candidate").selectAll().where("specId", "=", specId);
    return query.orderBy("createdAt").orderBy("commit").execute();
  }

  async candidate(attemptId: string, specTip: string, tx?: Transaction): Promise<Candidate> {
    const query = queriesFor(this.#queries, tx).selectFrom("candidate").selectAll().where("attemptId", "=", attemptId);
    return found(
      await query.where("specTip", "=", specTip).executeTakeFirst(),
      `candidate over ${specTip} of attempt`,
      attemptId,
    );
  }

  async moveCandidate(
    tx: Transaction,
    seen: Candidate,
    change: { readonly move: CandidateMove; readonly reason?: string; readonly at: Date },
  ): Promise<Candidate> {
    const state = stateAfter(
      candidateMoves,
      { what: `candidate ${seen.commit.slice(0, 10)}`, state: seen.state },
      change.move,
    );
    const row = await queriesOf(tx)
      .updateTable("candidate")
      .set({ state, reason: change.reason ?? seen.reason, endedAt: ended.includes(state) ? change.at : null })
      .where("attemptId", "=", seen.attemptId)
      .where("specTip", "=", seen.specTip)
      // No state is ever entered twice, so the state is as good as a version.
      .where("state", "=", seen.state)
      .returningAll()
      .executeTakeFirst();
    return written(row, "candidate", seen.commit);
  }
}
