import type { Transaction } from "./database.ts";

export interface PullRequest {
  readonly specId: string;
  readonly state: "open" | "merged" | "closed";
  readonly branch: string;
  readonly baseBranch: string;
  readonly headCommit: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly openedAt: Date;
}

/** Where pull requests live. */
export interface Forge {
  readonly id: string;
  /** Opens it, or replaces title, body and head of the one that is open. */
  open(tx: Transaction, pullRequest: PullRequest): Promise<void>;
  find(specId: string): Promise<PullRequest | null>;
}
