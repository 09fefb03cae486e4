import type { Check, Criterion, Requirement, Ticket } from "@omoios/domain/spec/plan";
import type { Phase, PhaseOutputStatus } from "@omoios/domain/spec/state";
import type { Task } from "@omoios/domain/task/task";
import type { Transaction } from "./database.ts";

/** One stored version of a phase's result. */
export interface PhaseOutput {
  readonly specId: string;
  readonly phase: Phase;
  readonly version: number;
  readonly status: PhaseOutputStatus;
  readonly output: unknown;
  /** The outputs it was made from, as `PHASE@version`. */
  readonly madeFrom: readonly string[];
  readonly promptDigest: string | null;
  readonly createdAt: Date;
}

export interface Approval {
  readonly id: string;
  readonly specId: string;
  readonly subject: "plan";
  /** Digest of exactly what was approved. */
  readonly digest: string;
  readonly decision: "approved" | "rejected";
  readonly decidedBy: "policy" | "person";
  readonly reason: string | null;
  readonly decidedAt: Date;
}

/** Everything a plan becomes when it is published, in one transaction. */
export interface PublishedPlan {
  readonly requirements: readonly Requirement[];
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
  readonly tickets: readonly Ticket[];
  readonly tasks: readonly Task[];
  readonly edges: readonly TaskEdge[];
  readonly proves: readonly { readonly taskId: string; readonly criterionId: string }[];
}

export interface TaskEdge {
  readonly taskId: string;
  readonly needsId: string;
  readonly kind: "hard" | "overlap";
}

export interface PlanStore {
  addPhaseOutputs(tx: Transaction, outputs: readonly PhaseOutput[]): Promise<void>;
  phaseOutputs(specId: string, tx?: Transaction): Promise<readonly PhaseOutput[]>;
  addApproval(tx: Transaction, approval: Approval): Promise<void>;
  approvals(specId: string): Promise<readonly Approval[]>;
  publish(tx: Transaction, plan: PublishedPlan): Promise<void>;
  requirements(specId: string): Promise<readonly Requirement[]>;
  criteria(specId: string): Promise<readonly Criterion[]>;
  /** The criteria a task has to prove. */
  criteriaOfTask(taskId: string): Promise<readonly Criterion[]>;
  checks(specId: string): Promise<readonly Check[]>;
  tickets(specId: string): Promise<readonly Ticket[]>;
  ticket(id: string): Promise<Ticket>;
}
