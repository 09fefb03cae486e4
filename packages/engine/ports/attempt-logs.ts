import type { LogPage, LogRecord } from "@omoios/contract/attempt-log";

/** What attempts print: one append-only file each, readable from any process, kept after the sandbox is gone. */
export interface AttemptLogs {
  /** Buffers and writes in order; resolves when the record is in the file. */
  append(attemptId: string, record: LogRecord): Promise<void>;
  /** Records from byte `offset` on, about `maxBytes` of them. An offset in the middle of a record is refused. */
  read(attemptId: string, offset: number, maxBytes: number): Promise<LogPage>;
  /** Marks the log as complete: followers stop. */
  end(attemptId: string): Promise<void>;
  /** Calls `wake` when the log has grown or ended. */
  follow(attemptId: string, wake: () => void): Disposable;
}
