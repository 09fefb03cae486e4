import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import type { Bench, Findings } from "./figures.ts";
import { circumstancesText, type Circumstances } from "./machine.ts";
import { figureTable, markdownTable } from "./render.ts";

const path = join(import.meta.dirname, "RESULTS.md");

/** Replaces one benchmark's part of RESULTS.md. What stands outside the markers is written by people and stays. */
export async function writeResults(bench: Bench, findings: Findings, circumstances: Circumstances): Promise<void> {
  const text = await readFile(path, "utf8");
  const [begin, end] = [`<!-- measured:${bench.name} -->`, `<!-- /measured:${bench.name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${path} has no place for ${bench.name}: add the lines ${begin} and ${end}`);
  const changed = `${text.slice(0, from + begin.length)}\n\n${section(bench, findings, circumstances)}\n\n${text.slice(to)}`;
  await writeFile(`${path}.new`, await format(changed, { parser: "markdown" }));
  await rename(`${path}.new`, path);
}

function section(bench: Bench, findings: Findings, circumstances: Circumstances): string {
  return [
    `${circumstancesText(circumstances)} · again: \`npm run bench -- ${bench.name} --write\``,
    markdownTable(figureTable(findings)),
    ...findings.tables.map(markdownTable),
    ...(findings.notes.length === 0 ? [] : [findings.notes.map((note) => `- ${note}`).join("\n")]),
  ].join("\n\n");
}
