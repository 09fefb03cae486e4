import type { Transaction } from "./database.ts";

/** One git repository under orchestration. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** Absolute path of the user's repository. */
  readonly source: string;
  readonly createdAt: Date;
}

export interface ProjectStore {
  get(id: string, tx?: Transaction): Promise<Project>;
  bySource(source: string, tx?: Transaction): Promise<Project | null>;
  list(): Promise<readonly Project[]>;
  create(tx: Transaction, project: Project): Promise<void>;
  /** Takes the next number of a kind; locks the project until commit. */
  nextNumber(
    tx: Transaction,
    projectId: string,
    kind: "spec" | "ticket" | "task" | "discovery" | "exploration",
  ): Promise<number>;
}
