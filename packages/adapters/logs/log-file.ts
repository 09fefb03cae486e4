import { logRecordSchema, type LogPage, type LogRecord } from "@omoios/contract/attempt-log";
import { FaultError } from "@omoios/domain/shared/fault";
import { open, type FileHandle } from "node:fs/promises";
import { z } from "zod";

/** The last line of a complete log. */
export const endLine = '{"end":true}\n';
const endSchema = z.object({ end: z.literal(true) });
const newline = 0x0a;
const smallestWindow = 4096;

/** How a log file stands for somebody who is about to write to it. */
export interface LogTail {
  readonly size: number;
  readonly ended: boolean;
  /** True when the last line has no line break: its writer died in the middle of it. */
  readonly torn: boolean;
}

/** One line of the file. */
export function recordLine(record: LogRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/**
 * Appends whole lines and returns the file's size then. They go out in one write, so that two processes do not interleave
 * inside a line; only the end is synced, since a log may lose its last moment with the machine but must not miss its end.
 */
export async function appendLines(path: string, lines: string): Promise<number> {
  const file = await open(path, "a", 0o600);
  try {
    const bytes = Buffer.from(lines);
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
    if (lines.endsWith(endLine)) await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

export async function readTail(path: string): Promise<LogTail> {
  const file = await openIfThere(path);
  if (file === null) return { size: 0, ended: false, torn: false };
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, Math.max(0, size - endLine.length), endLine.length);
    return { size, ended: tail.toString("utf8") === endLine, torn: size > 0 && tail.at(-1) !== newline };
  } finally {
    await file.close();
  }
}

/** Whole records from byte `offset` on. A line that is still being written, or was torn, is left for later. */
export async function readPage(path: string, offset: number, maxBytes: number): Promise<LogPage> {
  const file = await openIfThere(path);
  if (file === null) {
    if (offset > 0) throw badOffset(offset, "the log has no such place: it is empty");
    return { records: [], next: 0, ended: false };
  }
  try {
    const { size } = await file.stat();
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > size) {
      throw badOffset(offset, `the log has ${size} bytes`);
    }
    if (offset > 0 && (await readAt(file, offset - 1, 1)).at(0) !== newline) {
      throw badOffset(offset, "it lies in the middle of a record");
    }
    return pageOf(await wholeLines(file, { offset, size, maxBytes }), offset);
  } finally {
    await file.close();
  }
}

/** Bytes up to a line break: about `maxBytes` of them, and more only when the first record alone is larger. */
async function wholeLines(
  file: FileHandle,
  range: { readonly offset: number; readonly size: number; readonly maxBytes: number },
): Promise<Buffer> {
  const left = range.size - range.offset;
  for (let window = Math.max(range.maxBytes, smallestWindow); ; window *= 2) {
    const bytes = await readAt(file, range.offset, Math.min(window, left));
    const end = bytes.lastIndexOf(newline);
    if (end >= 0) return bytes.subarray(0, end + 1);
    if (window >= left) return Buffer.alloc(0);
  }
}

function pageOf(bytes: Buffer, offset: number): LogPage {
  const records: LogRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(newline, at) + 1;
    const line = parseLine(bytes.toString("utf8", at, end));
    // The end itself is never passed, so that whoever asks again at `next` learns of it again.
    if (endSchema.safeParse(line).success) return { records, next: offset + at, ended: true };
    const record = logRecordSchema.safeParse(line);
    if (record.success) records.push(record.data);
    at = end;
  }
  return { records, next: offset + bytes.length, ended: false };
}

/** The content of a line; null for a torn one, which the writer that found it has reported in a record after it. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function badOffset(offset: number, message: string): FaultError {
  return new FaultError({
    kind: "invalid",
    message: `The log cannot be read from byte ${offset}`,
    problems: [{ at: "offset", message, fix: "Read from 0, or from the `next` of an earlier page" }],
  });
}
