import type { Mode } from "../sandbox/state.ts";
import type { TaskPriority } from "../task/state.ts";
import type { PlannedCheckShape } from "./gate.ts";

/**
 * A plan before it is published, in the planner's own names: `REQ-1`, `REQ-1.2` for requirements and criteria, words of
 * the planner for tickets and tasks. Every size of ceremony ends in this one shape.
 */
export interface Plan extends PlannedRequirements, PlannedWork {}

export interface PlannedRequirements {
  readonly title: string;
  readonly requirements: readonly PlannedRequirement[];
  readonly assumptions: readonly string[];
}

export interface PlannedWork {
  readonly tickets: readonly PlannedTicket[];
  readonly tasks: readonly PlannedTask[];
  readonly checks: readonly PlannedCheck[];
}

export interface PlannedRequirement {
  readonly id: string;
  /** One EARS statement. */
  readonly text: string;
  readonly priority: "must" | "should";
  readonly criteria: readonly PlannedCriterion[];
}

export const proofKinds = ["check", "judged"] as const;
/** judged: no program can tell, a person has to look; such a criterion never closes a spec by itself. */
export type ProofKind = (typeof proofKinds)[number];

export interface PlannedCriterion {
  readonly id: string;
  readonly text: string;
  readonly proof: ProofKind;
}

export interface PlannedTicket {
  readonly id: string;
  readonly title: string;
}

/** One unit of work with one testable outcome: the criteria that hold once it has landed. */
export interface PlannedTask {
  readonly id: string;
  readonly ticket: string;
  readonly title: string;
  readonly description: string;
  readonly mode: Mode;
  readonly priority: TaskPriority;
  /** Ids of the tasks that have to land first. */
  readonly needs: readonly string[];
  readonly criteria: readonly string[];
  readonly declaredFiles: readonly string[];
  readonly requiresGit: boolean;
  readonly requiresTests: boolean;
  /** 0 to 1, as the planner sees it. */
  readonly complexity: number;
}

export interface PlannedCheck extends PlannedCheckShape {
  /** Id of the criterion it proves. */
  readonly criterion: string;
  readonly timeoutSeconds: number;
}
