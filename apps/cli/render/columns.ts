import stringWidth from "string-width";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Terminal cells a text takes; escape sequences take none. */
export function cells(text: string): number {
  return stringWidth(text);
}

/** The text in at most `width` cells; what is cut off leaves an ellipsis. */
export function truncate(text: string, width: number): string {
  return cells(text) <= width ? text : `${head(text, Math.max(0, width - 1))}…`;
}

/** As {@link truncate}, but the end is kept: for paths, whose end says most. */
export function truncateStart(text: string, width: number): string {
  if (cells(text) <= width) return text;
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment);
  let kept = "";
  for (const part of parts.reverse()) {
    if (cells(kept) + cells(part) > width - 1) break;
    kept = part + kept;
  }
  return `…${kept}`;
}

function head(text: string, width: number): string {
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const size = cells(segment);
    if (used + size > width) break;
    kept += segment;
    used += size;
  }
  return kept;
}

/** Breaks text into lines of at most `width` cells, at spaces where there are some. Line ends in the text are kept. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(8, width)));
}

function wrapLine(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    let rest = word;
    if (current !== "" && cells(current) + 1 + cells(rest) <= width) {
      current = `${current} ${rest}`;
      continue;
    }
    if (current !== "") lines.push(current);
    while (cells(rest) > width) {
      const piece = head(rest, width);
      lines.push(piece);
      rest = rest.slice(piece.length);
    }
    current = rest;
  }
  lines.push(current);
  return lines;
}

/** Wraps and puts `first` before the first line and as many spaces before the others. */
export function hang(first: string, text: string, width: number): readonly string[] {
  const indent = " ".repeat(cells(first));
  return wrap(text, width - cells(first)).map((line, index) => `${index === 0 ? first : indent}${line}`.trimEnd());
}

/** Fills up with spaces on the right. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - cells(text)));
}

/** Fills up with spaces on the left. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - cells(text))) + text;
}

export interface Column {
  readonly head: string;
  /** The one column that gives way when the table is wider than the terminal. */
  readonly flexible?: boolean;
}

/** A table without rules: heads, then rows, two spaces between columns, never wider than `width`. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const natural = columns.map((column, index) =>
    Math.max(cells(column.head), ...rows.map((row) => cells(row[index] ?? ""))),
  );
  const fixed = natural.reduce(
    (sum, size, index) => sum + (columns[index]?.flexible === true ? 0 : size),
    2 * (columns.length - 1),
  );
  const sizes = natural.map((size, index) =>
    columns[index]?.flexible === true ? Math.min(size, Math.max(12, width - fixed)) : size,
  );
  return [columns.map((column) => column.head), ...rows].map((row) =>
    row
      .map((cell, index) => padEnd(truncate(cell, sizes[index] ?? 0), sizes[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
