import type { TaskPriority } from "@omoios/domain/task/state";
import type { Transaction } from "./database.ts";

/** A limit is a number of slot rows. Every method but `resize` needs the lock of `lock` first. */
export interface AdmissionStore {
  /** Takes the one global admission row until commit; always the first lock of a transaction that takes any. */
  lock(tx: Transaction): Promise<void>;
  /** Brings the slot rows to these limits; a row in use is deleted only when it is released. Creates a project's rows. */
  resize(tx: Transaction, limits: { readonly global: number; readonly perProject: number }): Promise<void>;
  /** Free global slots, and free slots by project. */
  free(tx: Transaction): Promise<{ readonly global: number; readonly byProject: ReadonlyMap<string, number> }>;
  /**
   * Every ready task of specs that may run (executing, or planning for an exploration; not paused), as far as its score needs
   * it: one that is not looked at cannot be the best. In no order.
   */
  ready(tx: Transaction): Promise<readonly ReadyTask[]>;
  /** Takes a global slot and one of the project; false (and none is taken) when either has none left. */
  take(tx: Transaction, attempt: { readonly id: string; readonly projectId: string }): Promise<boolean>;
  /** Gives an attempt's slots back; none held is fine. */
  release(tx: Transaction, attemptId: string): Promise<void>;
  /** Attempts that hold slots, for `doctor` and `status`. */
  held(): Promise<readonly { readonly scope: string; readonly n: number; readonly attemptId: string }[]>;
}

export interface ReadyTask {
  readonly id: string;
  readonly projectId: string;
  readonly number: number;
  readonly priority: TaskPriority;
  readonly readyAt: Date;
  readonly downstream: number;
  /** The largest `downstream` of the tasks of its spec that are not over. */
  readonly longestDownstream: number;
  /** Attempts it has had, one that is parked included. */
  readonly attempts: number;
}
