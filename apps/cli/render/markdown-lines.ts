import { hang } from "./columns.ts";
import type { Paint } from "./paint.ts";

/**
 * Markdown for a terminal: headings strong, paragraphs and list items wrapped. Tables and fenced blocks are left as they
 * are written, since wrapping would destroy them.
 */
export function markdownLines(markdown: string, layout: { readonly paint: Paint; readonly width: number }): readonly string[] {
  let fenced = false;
  return markdown.trim().split("\n").flatMap((line) => {
    if (/^\s*(?:```|~~~)/u.test(line)) {
      fenced = !fenced;
      return [layout.paint("quiet", line)];
    }
    return fenced || line.startsWith("|") ? [line] : proseLines(line, layout);
  });
}

function proseLines(line: string, { paint, width }: { readonly paint: Paint; readonly width: number }): readonly string[] {
  const heading = /^#{1,6}\s+(.*)$/u.exec(line)?.[1];
  if (heading !== undefined) return [paint("strong", heading)];
  const lead = /^\s*(?:[-*+]|\d+\.|>)?(?:\s+\[[ x]\])?\s*/u.exec(line)?.[0] ?? "";
  const text = line.slice(lead.length).replaceAll("**", "");
  return text === "" ? [line.trimEnd()] : hang(lead, text, width);
}
