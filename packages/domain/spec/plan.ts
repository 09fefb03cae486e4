/** Where a check comes from. */
export const checkOrigins = ["planner", "repository", "validator", "implementer"] as const;
export type CheckOrigin = (typeof checkOrigins)[number];

/** An executable proof of a criterion. */
export interface Check {
  readonly id: string;
  readonly criterionId: string;
  readonly specId: string;
  readonly origin: CheckOrigin;
  /** A shell command, run by `/bin/sh -c` in the check jail. */
  readonly command: string;
  /** Relative to the tree; `.` is its top. */
  readonly directory: string;
  readonly timeoutMs: number;
  readonly expectedExitCode: number;
  /** Files the check brings with it; they replace files of the same path in the tree under proof. */
  readonly files: readonly CheckFile[];
}

export interface CheckFile {
  readonly path: string;
  readonly content: string;
}

export interface Requirement {
  readonly id: string;
  readonly specId: string;
  /** For example `REQ-1`. */
  readonly label: string;
  /** One EARS statement. */
  readonly text: string;
  readonly priority: "must" | "should";
}

export interface Criterion {
  readonly id: string;
  readonly requirementId: string;
  readonly specId: string;
  /** For example `REQ-1.2`. */
  readonly label: string;
  readonly text: string;
  /** Why a person said yes to it: of a judged one that is the proof, of any other that it may be left out. */
  readonly acceptedReason: string | null;
}

export interface Ticket {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly number: number;
  readonly title: string;
  readonly branch: string;
}
