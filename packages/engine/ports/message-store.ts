import type { Message } from "@omoios/domain/task/message";
import type { Transaction } from "./database.ts";

/** What the agents of tasks asked and were told. */
export interface MessageStore {
  /** Everything said at a task, oldest first. */
  ofTask(taskId: string, tx?: Transaction): Promise<readonly Message[]>;
  /** Adds it under its task's next number; the caller holds the admission lock, so that two do not take one number. */
  add(tx: Transaction, message: Omit<Message, "number">): Promise<Message>;
  /** Its agent was given these; who was given one before stays its hearer. */
  hear(tx: Transaction, heard: HeardMessages): Promise<void>;
}

export interface HeardMessages {
  readonly taskId: string;
  readonly numbers: readonly number[];
  readonly attemptId: string;
  readonly at: Date;
}
