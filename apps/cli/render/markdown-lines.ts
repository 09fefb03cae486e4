import { cells, hang, padEnd } from "./columns.ts";
import type { Paint } from "./paint.ts";

interface MarkdownLayout {
  readonly paint: Paint;
  readonly width: number;
}

/**
 * Markdown for a terminal: headings strong, paragraphs and list items wrapped, fenced blocks as they are, and what a page
 * folds is open. A table that is too wide, or has line breaks in its cells, becomes one block a row.
 */
export function markdownLines(markdown: string, layout: MarkdownLayout): readonly string[] {
  const out: string[] = [];
  let fenced = false;
  let table: string[] = [];
  for (const line of [...markdown.trim().split("\n"), ""]) {
    if (!fenced && line === "</details>") {
      if (out.at(-1) === "") out.pop();
      continue;
    }
    if (!fenced && line.startsWith("|")) {
      table.push(line);
      continue;
    }
    out.push(...tableLines(table, layout));
    table = [];
    const fence = /^\s*(?:```|~~~)/u.test(line);
    if (fence) fenced = !fenced;
    else out.push(...(fenced ? [`  ${line}`] : proseLines(line, layout)));
  }
  return out.slice(0, -1);
}

function proseLines(line: string, { paint, width }: MarkdownLayout): readonly string[] {
  const opened = /^<details><summary>(.*)<\/summary>$/u.exec(line)?.[1];
  if (opened !== undefined) return hang("▸ ", paint("strong", plain(opened)), width);
  const heading = /^#{1,6}\s+(.*)$/u.exec(line)?.[1];
  if (heading !== undefined) return [paint("strong", plain(heading))];
  const lead = /^\s*(?:(?:[-*+]|\d+\.)\s+(?:\[[ x]\]\s+)?|>\s*)?/u.exec(line)?.[0] ?? "";
  const text = plain(line.slice(lead.length)).replace(/^\[!(\w+)\]$/u, "$1");
  return text === "" ? [line.trimEnd()] : hang(lead, text, width);
}

function tableLines(source: readonly string[], layout: MarkdownLayout): readonly string[] {
  const [heads, ...rows] = source.filter((line) => !/^\|(?:\s*:?-+:?\s*\|)+\s*$/u.test(line)).map(cellsOf);
  if (heads === undefined) return [];
  const sizes = heads.map((head, index) => Math.max(cells(head), ...rows.map((row) => cells(row[index] ?? ""))));
  const total = sizes.reduce((sum, size) => sum + size + 2, 0);
  const hasBreaks = rows.flat().some((cell) => cell.includes("\n"));
  if (total > layout.width || hasBreaks) return rows.flatMap((row) => rowBlock(heads, row, layout));
  return [heads, ...rows].map((row, index) => {
    const text = `  ${row.map((cell, column) => padEnd(cell, sizes[column] ?? 0)).join("  ")}`.trimEnd();
    return index === 0 ? layout.paint("quiet", text) : text;
  });
}

/** The first two cells say what the row is about; the others follow, each with its head. */
function rowBlock(
  heads: readonly string[],
  row: readonly string[],
  { paint, width }: MarkdownLayout,
): readonly string[] {
  const [mark = "", subject = "", ...rest] = row;
  const size = Math.max(...heads.slice(2).map(cells));
  return [
    ...hang(`  ${mark} `, subject, width),
    ...rest.flatMap((cell, index) =>
      cell === "" ? [] : hang(`     ${paint("quiet", padEnd(heads[index + 2] ?? "", size))}  `, cell, width),
    ),
  ];
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\||\|\s*$/gu, "")
    .split(/(?<!\\)\|/u)
    .map((cell) => plain(cell.trim().replaceAll("\\|", "|").replaceAll("<br>", "\n")));
}

/** Emphasis and escapes are for a page; in a terminal their marks are noise. What stands in a code span is meant as it is. */
function plain(text: string): string {
  return text
    .split(/((?<!\\)`[^`]*`)/u)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll("**", "").replaceAll(/\\([!-/:-@[-`{-~])/gu, "$1")))
    .join("");
}
