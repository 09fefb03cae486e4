import type { Task } from "@omoios/domain/task/task";
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
   * Ready tasks of specs that may run (executing, or planning for an exploration; not paused), with the attempt a parked task goes on with and how
   * many attempts it has had. At most 100 a project, oldest first.
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
  readonly task: Task;
  readonly parkedAttemptId: string | null;
  readonly attempts: number;
}
