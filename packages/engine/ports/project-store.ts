import type { Transaction } from "./database.ts";

/** One git repository under orchestration. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** Absolute path of the user's repository. */
  readonly source: string;
  readonly createdAt: Date;
  /** Since when it is hidden from lists; null while it is there. */
  readonly removedAt: Date | null;
}

export interface ProjectStore {
  get(id: string, tx?: Transaction): Promise<Project>;
  /** Removed or not. */
  bySource(source: string, tx?: Transaction): Promise<Project | null>;
  /** Those that are not removed, oldest first. */
  list(): Promise<readonly Project[]>;
  create(tx: Transaction, project: Project): Promise<void>;
  /** Locks the project until commit. Throws `stale` when it is removed already. */
  remove(tx: Transaction, id: string, at: Date): Promise<void>;
  /** Locks the project until commit, and says whether it was removed. */
  restore(tx: Transaction, id: string): Promise<boolean>;
  /** Takes the next number of a kind; locks the project until commit. */
  nextNumber(
    tx: Transaction,
    projectId: string,
    kind: "spec" | "ticket" | "task" | "discovery" | "exploration",
  ): Promise<number>;
}
