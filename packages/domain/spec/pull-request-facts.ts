import type { Isolation } from "../sandbox/state.ts";
import type { Standing } from "../proof/judge.ts";
import type { ChangedFile } from "./reading-list.ts";

/** Everything a pull request says, as plain data. Texts may be hostile: they are escaped when they are written. */
export interface PullRequestFacts {
  readonly spec: {
    /** For example `SPC-7`. */
    readonly label: string;
    readonly title: string;
    readonly request: string;
    readonly branch: string;
    readonly baseBranch: string;
    /** The commit of the base branch the plan was made on. */
    readonly plannedOn: string;
    /** The newest commit of the base branch that is part of this branch. */
    readonly baseCommit: string;
    readonly headCommit: string;
  };
  readonly criteria: readonly PullRequestCriterion[];
  /** All files the branch changes against its base. */
  readonly files: readonly ChangedFile[];
  readonly tasks: readonly PullRequestTask[];
  /** What was asked for or planned and is not in this branch. */
  readonly notDone: readonly string[];
  readonly assumptions: readonly string[];
  /** What agents came upon, and what became of it. */
  readonly discovered: readonly PullRequestDiscovery[];
  readonly findings: readonly PullRequestFinding[];
  readonly interventions: readonly PullRequestIntervention[];
  readonly conflicts: readonly PullRequestConflict[];
  readonly baseMerges: readonly PullRequestBaseMerge[];
  /** Approvals and answers, by people or by the policy that spoke for them. */
  readonly decisions: readonly PullRequestDecision[];
  /** How long the work stood still because it needed a person. */
  readonly waitedMs: number;
  readonly cost: readonly LayerCost[];
  readonly isolation: { readonly level: Isolation; readonly provider: string; readonly reason: string | null };
  /** True where words were played from a script instead of made by a model or an agent. */
  readonly scripted: { readonly model: boolean; readonly agent: boolean };
  /** Commands that get this branch checked out. */
  readonly checkout: readonly string[];
  /** Exact commands that prove everything again in that checkout. */
  readonly verify: readonly string[];
}

export interface PullRequestCriterion {
  /** For example `REQ-1.2`. */
  readonly label: string;
  readonly text: string;
  readonly standing: Standing;
  readonly reason: string;
  readonly proofs: readonly PullRequestProof[];
  /** What the validator says, in its words; null when it was not asked or its verdict does not count. */
  readonly verdict: { readonly met: boolean; readonly confidence: number; readonly reasoning: string } | null;
  /** Commits of the tasks that were to meet it. */
  readonly commits: readonly string[];
  readonly files: readonly string[];
}

/** One run of a check on what this branch is now. */
export interface PullRequestProof {
  readonly evidenceId: string;
  readonly command: string;
  readonly directory: string;
  readonly passed: boolean;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly commit: string;
}

export interface PullRequestTask {
  /** For example `TSK-101`. */
  readonly label: string;
  readonly title: string;
  readonly attempts: number;
  /** Where an attempt went about it another way: which and how, in words. */
  readonly turns: readonly string[];
  /** What the agent says it did. */
  readonly agentSummary: string | null;
}

export interface PullRequestDiscovery {
  /** For example `DSC-3`. */
  readonly label: string;
  readonly title: string;
  /** The task it became; null when it became none. */
  readonly task: string | null;
  readonly decidedBy: "policy" | "person" | null;
  /** Why it was left to a person, or dismissed. */
  readonly reason: string | null;
}

export interface PullRequestFinding {
  readonly severity: "hold" | "note";
  readonly rule: string;
  readonly path: string | null;
  readonly message: string;
}

export interface PullRequestIntervention {
  readonly task: string;
  readonly attempt: number;
  readonly kind: "nudge" | "restart";
  readonly reason: string;
}

export interface PullRequestDecision {
  readonly what: string;
  readonly by: "policy" | "person";
}

/** Work that git could not merge with what had landed. */
export interface PullRequestConflict {
  readonly task: string;
  readonly paths: readonly string[];
  /** Who joined the two sides; null when that is no longer needed. */
  readonly resolvedBy: "agent" | "person" | null;
}

/** A task that brought in what the base branch became while this was built. */
export interface PullRequestBaseMerge {
  readonly task: string;
  /** An agent had to mend what the merge broke. */
  readonly mended: boolean;
  /** First lines of the commits it brought in, oldest first. */
  readonly subjects: readonly string[];
}

export const costLayers = ["plan", "execute", "prove", "watch"] as const;
export type CostLayer = (typeof costLayers)[number];

export interface LayerCost {
  readonly layer: CostLayer;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null: a model without a known price took part. */
  readonly usdMicros: number | null;
}
