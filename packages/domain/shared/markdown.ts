import { oneLine, visibleLines } from "./plain-text.ts";

/** Splits a word for whoever looks for mentions, links and issue numbers in it, invisibly for people. */
const breaker = "\u200B";

/**
 * Text somebody else wrote as one line of Markdown that shows exactly that text and does nothing: no markup, no HTML,
 * no links or images, nobody mentioned, no issue closed, no table cell ended.
 */
export function plainMarkdown(text: string, maxLength: number): string {
  return oneLine(text, maxLength)
    .replace(/[&<>|]/gu, entity)
    .replace(/[\\`*_[\]!~$]/gu, "\\$&")
    .replace(/^(?:[-+=]|\d+(?=[.)]))/u, (start) => (/^\d/u.test(start) ? `${start}${breaker}` : `\\${start}`))
    .replace(/^#/u, "\\#")
    .replace(/(?<!&)#(?=\w)|@|\bGH-(?=\d)/giu, `$&${breaker}`)
    .replace(/:\/\//gu, `:${breaker}//`)
    .replace(/\b(?:mailto|xmpp):/giu, (scheme) => `${scheme.slice(0, -1)}${breaker}:`)
    .replace(/\bwww\./giu, (www) => `${www.slice(0, -1)}${breaker}.`);
}

/** The text in a code span, also inside a table. */
export function codeSpan(text: string, maxLength: number): string {
  const line = oneLine(text, maxLength);
  if (line === "") return "";
  // GFM cuts table cells at bars before it looks for code, and a backslash before one cannot be told from the text's own.
  if (line.includes("|")) return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, entity)}</code>`;
  const fence = "`".repeat(longestRun(line) + 1);
  const space = /^`|`$/u.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** The text as a fenced block. */
export function codeBlock(text: string, language: string): string {
  const lines = visibleLines(text, Infinity);
  const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** A table; the cells are Markdown already. Empty when there are no rows. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function entity(character: string): string {
  return `&#${Number(character.codePointAt(0))};`;
}

function longestRun(text: string): number {
  return Array.from(text.matchAll(/`+/gu)).reduce((longest, [run]) => Math.max(longest, run.length), 0);
}
