/** How much a pull request shows of what has no end. */
export interface Extent {
  /** Rows of a list or table. */
  readonly rows: number;
  /** Characters of a text. */
  readonly text: number;
}

/** The first rows, and in words how many are left out. */
export function shownRows<Row>(
  rows: readonly Row[],
  extent: Extent,
): { readonly rows: readonly Row[]; readonly left: readonly string[] } {
  const left = rows.length - extent.rows;
  return { rows: rows.slice(0, extent.rows), left: left > 0 ? [`…and ${left} more`] : [] };
}

/** Markdown a reader opens when they want it; empty without content. */
export function folded(summary: string, content: readonly string[]): string {
  const blocks = content.filter((block) => block !== "");
  if (blocks.length === 0) return "";
  return [`<details><summary>${summary}</summary>`, ...blocks, "</details>"].join("\n\n");
}

/** A list; the items beyond the first `visible` ones are folded. */
export function listOf(items: readonly string[], extent: Extent, visible = Infinity): string {
  const { rows, left } = shownRows(items, extent);
  const lines = [...rows, ...left].map((item) => `- ${item}`);
  const more = lines.slice(visible);
  return [lines.slice(0, visible).join("\n"), folded(`${more.length} more`, [more.join("\n")])]
    .filter((block) => block !== "")
    .join("\n\n");
}

/** The first characters of an id, as git shows commits. */
export function shortId(id: string): string {
  return Array.from(id).slice(0, 8).join("");
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A whole number with commas between its thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/gu, ",");
}
