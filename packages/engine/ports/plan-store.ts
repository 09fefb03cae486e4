import type { StandardScore } from "@omoios/domain/spec/evaluation";
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
  /** The role of the model call that gave it, `person`, or `code`. */
  readonly madeBy: string;
  /** Why its gate sent it back; empty for one that stands. */
  readonly findings: readonly PhaseFinding[];
  /** What the evaluator said of each standard; null when none was asked. */
  readonly evaluation: Readonly<Record<string, StandardScore>> | null;
  /** The mean of those. */
  readonly score: number | null;
  readonly createdAt: Date;
}

/** A reason why an output was sent back, by a rule or by a standard. */
export interface PhaseFinding {
  readonly rule: string;
  readonly at: string;
  readonly message: string;
  readonly fix: string;
}

/** What planning has to know from a person, with the answer it takes when nobody gives one. */
export interface Question {
  readonly specId: string;
  /** Counted per spec. */
  readonly number: number;
  /** The output that asks, as `PHASE@version`. */
  readonly askedBy: string;
  readonly text: string;
  readonly why: string;
  readonly proposal: string;
  readonly answer: string | null;
  readonly answeredBy: "policy" | "person" | null;
  readonly askedAt: Date;
  readonly answeredAt: Date | null;
}

export const approvalSubjects = ["plan", "requirements", "design"] as const;
export type ApprovalSubject = (typeof approvalSubjects)[number];

export interface Approval {
  readonly id: string;
  readonly specId: string;
  readonly subject: ApprovalSubject;
  /** Digest of exactly what was approved. */
  readonly digest: string;
  readonly decision: "approved" | "rejected";
  readonly decidedBy: "policy" | "person";
  readonly reason: string | null;
  /** Of a rejection: the output that has to be made anew, as `PHASE@version`. */
  readonly sentBack: string | null;
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
  approvals(specId: string, tx?: Transaction): Promise<readonly Approval[]>;
  addQuestions(tx: Transaction, questions: readonly Question[]): Promise<void>;
  /** By number. */
  questions(specId: string, tx?: Transaction): Promise<readonly Question[]>;
  /** Answers a question that has no answer; throws `stale` when it has one. */
  answer(
    tx: Transaction,
    question: Question,
    given: { readonly answer: string; readonly by: "policy" | "person"; readonly at: Date },
  ): Promise<Question>;
  publish(tx: Transaction, plan: PublishedPlan): Promise<void>;
  requirements(specId: string, tx?: Transaction): Promise<readonly Requirement[]>;
  criteria(specId: string, tx?: Transaction): Promise<readonly Criterion[]>;
  /** The criteria a task has to prove. */
  criteriaOfTask(taskId: string, tx?: Transaction): Promise<readonly Criterion[]>;
  /** The checks that stand; those that were replaced are only in `everyCheck`. */
  checks(specId: string, tx?: Transaction): Promise<readonly Check[]>;
  everyCheck(specId: string): Promise<readonly Check[]>;
  /** New words of a requirement or a criterion; a person's yes to the old ones is gone. */
  reword(
    tx: Transaction,
    words: { readonly specId: string; readonly label: string; readonly text: string },
  ): Promise<void>;
  accept(tx: Transaction, yes: { readonly criterionId: string; readonly reason: string }): Promise<void>;
  /** The checks of these criteria are not run any more. */
  retireChecks(
    tx: Transaction,
    retired: { readonly criterionIds: readonly string[]; readonly at: Date },
  ): Promise<void>;
  tickets(specId: string): Promise<readonly Ticket[]>;
  ticket(id: string): Promise<Ticket>;
}
