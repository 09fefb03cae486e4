import type { Transaction } from "./database.ts";

export interface PullRequest {
  readonly specId: string;
  readonly state: "open" | "merged" | "closed";
  readonly branch: string;
  readonly baseBranch: string;
  /** The newest commit of the base branch its head contains. */
  readonly baseCommit: string;
  readonly headCommit: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly openedAt: Date;
}

/** Where pull requests live. */
export interface Forge {
  readonly id: string;
  /** Opens it, or replaces title, body, base commit and head of the one that is open. */
  open(tx: Transaction, pullRequest: PullRequest): Promise<void>;
  /** Ends an open one as merged; its branches are the caller's to move. Throws `illegal-move` when it is not open. */
  merge(tx: Transaction, specId: string): Promise<PullRequest>;
  find(specId: string): Promise<PullRequest | null>;
}
