import { FaultError } from "@omoios/domain/shared/fault";
import type { AttemptLogs } from "@omoios/engine/ports/attempt-logs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readPage } from "./log-file.ts";
import { LogWatch } from "./log-watch.ts";
import { LogWriter } from "./log-writer.ts";

export interface AttemptLogsOptions {
  /** Where the files are; made when it is missing, for this user alone. */
  readonly directory: string;
  /** Strikes secrets out of a text before it is written. Sees coalesced text free of escape sequences. */
  readonly redact?: (text: string) => string;
  /** The most one attempt's log may hold. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const attemptIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/**
 * Logs as one NDJSON file per attempt. An offset is a byte offset of the file and always lies between two records, so any
 * process can read on where another stopped. Nothing is kept in memory that a reader needs.
 */
export async function openAttemptLogs(options: AttemptLogsOptions): Promise<AttemptLogs & Disposable> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const watch = new LogWatch(options.directory);
  const writers = new Map<string, LogWriter>();

  const writerOf = (attemptId: string): LogWriter => {
    const fileName = fileNameOf(attemptId);
    const writer =
      writers.get(attemptId) ??
      new LogWriter({
        attemptId,
        path: join(options.directory, fileName),
        redact: options.redact ?? ((text) => text),
        maxBytes: options.maxBytes ?? defaultMaxBytes,
        written: () => {
          watch.wake(fileName);
        },
      });
    writers.set(attemptId, writer);
    return writer;
  };

  return {
    append: async (attemptId, record) => writerOf(attemptId).append(record),
    read: async (attemptId, offset, maxBytes) =>
      readPage(join(options.directory, fileNameOf(attemptId)), offset, maxBytes),
    end: async (attemptId) => {
      await writerOf(attemptId).end();
      writers.delete(attemptId);
    },
    follow: (attemptId, wake) => watch.follow(fileNameOf(attemptId), wake),
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]();
    },
  };
}

/** Ids reach this from HTTP too: one that is no plain name must not lead out of the folder. */
function fileNameOf(attemptId: string): string {
  if (attemptIdPattern.test(attemptId)) return `${attemptId}.ndjson`;
  throw new FaultError({ kind: "not-found", what: "attempt", id: attemptId.slice(0, 128) });
}
