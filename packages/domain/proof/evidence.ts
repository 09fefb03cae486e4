/** What a check was run on: the tree before the work, the candidate, or a mutant of it. */
export const evidenceSubjects = ["base", "candidate"] as const;
export type EvidenceSubject = (typeof evidenceSubjects)[number];

/** One run of a check. Immutable. */
export interface Evidence {
  readonly id: string;
  readonly checkId: string;
  readonly attemptId: string;
  readonly subject: EvidenceSubject;
  readonly commit: string;
  readonly tree: string;
  /** Digest of the jail it ran in. */
  readonly environment: string;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly passed: boolean;
  /** SHA-256 of the whole output. */
  readonly outputDigest: string;
  /** The last lines of the output. */
  readonly tail: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** A validator's judgement of one criterion. */
export interface Verdict {
  /** The attempt whose candidate is judged. */
  readonly attemptId: string;
  /** The attempt that judges it; null when it did so itself, as those of older versions did. */
  readonly validationId: string | null;
  readonly criterionId: string;
  readonly candidateCommit: string;
  readonly met: boolean;
  /** 0..1 */
  readonly confidence: number;
  /** Ids of the evidence it cites. */
  readonly evidence: readonly string[];
  /** Names of the commands it cites beside it, of those its validation had run. */
  readonly commands: readonly string[];
  readonly reasoning: string;
  /** Why code does not count it, or null when it counts. */
  readonly voidReason: string | null;
  readonly createdAt: Date;
}
