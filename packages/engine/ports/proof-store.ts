import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import type { CommandRun } from "@omoios/domain/proof/command-run";
import type { Candidate } from "@omoios/domain/landing/candidate";
import type { CandidateMove } from "@omoios/domain/landing/candidate-state";
import type { Transaction } from "./database.ts";

export interface ProofStore {
  addEvidence(tx: Transaction, evidence: readonly Evidence[]): Promise<void>;
  evidenceOfSpec(specId: string): Promise<readonly Evidence[]>;
  evidenceOfAttempt(attemptId: string): Promise<readonly Evidence[]>;
  addCommandRuns(tx: Transaction, runs: readonly CommandRun[]): Promise<void>;
  commandRunsOfSpec(specId: string): Promise<readonly CommandRun[]>;
  addVerdicts(tx: Transaction, verdicts: readonly Verdict[]): Promise<void>;
  verdictsOfSpec(specId: string): Promise<readonly Verdict[]>;
  /** Writes a candidate; the same attempt and spec tip again changes nothing. */
  proposeCandidate(tx: Transaction, candidate: Candidate): Promise<void>;
  candidatesOfSpec(specId: string, tx?: Transaction): Promise<readonly Candidate[]>;
  candidate(attemptId: string, specTip: string, tx?: Transaction): Promise<Candidate>;
  moveCandidate(
    tx: Transaction,
    seen: Candidate,
    change: { readonly move: CandidateMove; readonly reason?: string; readonly at: Date },
  ): Promise<Candidate>;
}
