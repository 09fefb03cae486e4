import type { LogRecord } from "@omoios/contract/attempt-log";
import { visibleLines } from "@omoios/domain/shared/plain-text";

/** A line of an attempt's log. Its source is ours to say, so that nothing an agent prints can pass for a check. */
export interface LogLine {
  readonly number: number;
  readonly at: string;
  readonly source: LogRecord["source"];
  readonly text: string;
  /** The line has not ended yet. */
  readonly open: boolean;
}

/** Lines kept for the page; earlier ones are read by offset. */
export const keptLines = 3000;
const longestLine = 4000;
const escapes = new RegExp(
  "\\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001B]*(?:\\u0007|\\u001B\\\\)|[@-Z\\\\-_])",
  "gu",
);

/** The lines with what was printed since; records are pieces, not lines. */
export function withRecords(lines: readonly LogLine[], records: readonly LogRecord[]): readonly LogLine[] {
  const all = [...lines];
  for (const record of records) addRecord(all, record);
  return all.slice(-keptLines);
}

function addRecord(lines: LogLine[], { at, source, text }: LogRecord): void {
  const pieces = visibleLines(text.replace(escapes, ""), text.length).split(/(?<=\n)/u);
  for (const piece of pieces) {
    if (piece === "") continue;
    const open = !piece.endsWith("\n");
    const written = open ? piece : piece.slice(0, -1);
    const last = lines.at(-1);
    if (last?.open === true && last.source === source) {
      lines[lines.length - 1] = { ...last, text: (last.text + written).slice(0, longestLine), open };
    } else {
      lines.push({ number: (last?.number ?? 0) + 1, at, source, text: written.slice(0, longestLine), open });
    }
  }
}
