import { amount, type Findings, meets, type Table, targetText } from "./figures.ts";

/** The figures as a table: target, what was measured, what it is compared with. */
export function figureTable(findings: Findings): Table {
  return {
    title: "",
    columns: ["what", "target", "measured", "", "beside"],
    rows: findings.figures.map((figure) => [
      figure.what,
      targetText(figure),
      amount(figure.value, figure.unit),
      { true: "meets", false: "MISSES", null: "" }[String(meets(figure)) as "true" | "false" | "null"],
      figure.beside ?? "",
    ]),
  };
}

export function terminalTable({ title, columns, rows }: Table): string {
  const widths = columns.map((column, place) =>
    Math.max(column.length, ...rows.map((row) => (row[place] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, place) => cell.padEnd(widths[place] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [...(title === "" ? [] : [title]), line(columns), rule, ...rows.map(line)].join("\n");
}

export function markdownTable({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const lines = [line(columns), line(columns.map(() => "---")), ...rows.map(line)];
  return [...(title === "" ? [] : [title, ""]), ...lines].join("\n");
}
