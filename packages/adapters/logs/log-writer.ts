import { logRecordSchema, type LogRecord } from "@omoios/contract/attempt-log";
import { FaultError } from "@omoios/domain/shared/fault";
import { appendLines, endLine, readTail, recordLine } from "./log-file.ts";
import { plainText } from "./plain-text.ts";

export interface LogWriterOptions {
  readonly attemptId: string;
  readonly path: string;
  /** Strikes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly maxBytes: number;
  /** Called when the file has grown or ended. */
  readonly written: () => void;
}

/** A record is cut at this length, so that a page is never much larger than asked for. */
const maxRecordChars = 64 * 1024;
/** What OmoiOS itself says is kept beyond the cap, up to this much. */
const reservedBytes = 1024 * 1024;

interface Pending {
  readonly record: LogRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes one attempt's log. While a write is under way, what comes is gathered, and neighbouring pieces of one stream
 * become one record: a chatty agent costs one write at a time and a quiet one no delay.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #pending: Pending[] = [];
  #writing: Promise<void> = Promise.resolve();
  #scheduled = false;
  /** Size of the file; null until this process has looked at it, and again after a failed write. */
  #size: number | null = null;
  #dropped = 0;
  #noticed = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  append(record: LogRecord): Promise<void> {
    // Readers skip what is no record, so one must not get into the file.
    logRecordSchema.parse(record);
    return new Promise((resolve, reject) => {
      this.#pending.push({ record, resolve, reject });
      this.#schedule();
    });
  }

  /** Writes what is left and the end. An ended log stays as it is. */
  end(): Promise<void> {
    const ended = this.#writing.then(() => this.#finish());
    // The caller learns of a failure from the promise it gets; what is written after it must not fail with it.
    this.#writing = ended.catch(() => undefined);
    return ended;
  }

  async #finish(): Promise<void> {
    if ((await readTail(this.#options.path)).ended) return;
    await this.#open();
    if (this.#dropped > 0) await this.#write(this.#say(`${this.#dropped} bytes were not kept: this log is full`));
    await this.#write(endLine);
    this.#size = null;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#writing = this.#writing.then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    this.#scheduled = false;
    const batch = this.#pending;
    this.#pending = [];
    try {
      await this.#open();
      const lines = this.#lines(batch.map(({ record }) => record));
      if (lines !== "") await this.#write(lines);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Looks at the file before the first write: another process may have ended it, or died while writing to it. */
  async #open(): Promise<void> {
    if (this.#size !== null) return;
    const tail = await readTail(this.#options.path);
    if (tail.ended) {
      const what = `the log of attempt ${this.#options.attemptId}`;
      throw new FaultError({ kind: "illegal-move", what, state: "ended", move: "append" });
    }
    this.#size = tail.size;
    if (tail.torn) await this.#write(`\n${this.#say("The record before this one was cut short when its writer died")}`);
  }

  async #write(lines: string): Promise<void> {
    try {
      this.#size = await appendLines(this.#options.path, lines);
    } catch (error) {
      this.#size = null;
      const said = error instanceof Error ? error.message : String(error);
      throw new FaultError(
        {
          kind: "unavailable",
          message: `The log ${this.#options.path} cannot be written: ${said}`,
          fix: "Make room on the disk, or set OMOIOS_HOME to a place that can be written to",
          retryable: true,
        },
        { cause: error },
      );
    }
    this.#options.written();
  }

  #lines(records: readonly LogRecord[]): string {
    const kept: string[] = [];
    let size = this.#size ?? 0;
    for (const record of coalesced(records)) {
      for (const text of pieces(this.#options.redact(plainText(record.text)))) {
        const line = recordLine({ ...record, text });
        const length = Buffer.byteLength(line);
        const room = this.#options.maxBytes + (record.source === "system" ? reservedBytes : 0);
        if (size + length <= room) {
          kept.push(line);
          size += length;
        } else {
          this.#dropped += Buffer.byteLength(text);
          if (!this.#noticed)
            kept.push(
              this.#say(`This log is full at ${this.#options.maxBytes} bytes: nothing more is kept`, record.at),
            );
          this.#noticed = true;
        }
      }
    }
    return kept.join("");
  }

  #say(text: string, at = new Date().toISOString()): string {
    return recordLine({ at, source: "system", stream: null, text: `${text}\n` });
  }
}

/** Neighbouring records of one source and stream, as one with the time of the first. */
function coalesced(records: readonly LogRecord[]): readonly LogRecord[] {
  const merged: LogRecord[] = [];
  for (const record of records) {
    const last = merged.at(-1);
    if (last !== undefined && last.source === record.source && last.stream === record.stream) {
      merged[merged.length - 1] = { ...last, text: last.text + record.text };
    } else merged.push(record);
  }
  return merged;
}

/** A text in pieces of at most {@link maxRecordChars}, never cutting a surrogate pair. */
function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = at + maxRecordChars;
    const cutsPair = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
    yield text.slice(at, cutsPair ? end - 1 : end);
    at = cutsPair ? end - 1 : end;
  }
}
