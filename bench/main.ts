import { parseArgs } from "node:util";
import { buildJailPrograms } from "../scripts/build-jail-programs.ts";
import { databaseBench } from "./benches/database.ts";
import { gatewayBench } from "./benches/gateway.ts";
import { houseBench } from "./benches/house.ts";
import { makespanBench } from "./benches/makespan.ts";
import { mergingBench } from "./benches/merging.ts";
import { readyToStartBench } from "./benches/ready-to-start.ts";
import { sandboxBench } from "./benches/sandbox.ts";
import { serverBench } from "./benches/server.ts";
import type { Bench } from "./figures.ts";
import { circumstancesText, observeMachine } from "./machine.ts";
import { figureTable, terminalTable } from "./render.ts";
import { writeResults } from "./results-file.ts";

/** The house comes last: it leaves the machine's caches in another state than it found them. */
const benches: readonly Bench[] = [
  makespanBench,
  mergingBench,
  databaseBench,
  sandboxBench,
  gatewayBench,
  readyToStartBench,
  serverBench,
  houseBench,
];

const usage = [
  "npm run bench -- NAME... [--json] [--write]",
  "",
  ...benches.map(({ name, title }) => `  ${name.padEnd(16)} ${title}`),
  `  ${"all".padEnd(16)} every one of them, one after another`,
  "",
  "--json prints one JSON document, --write updates bench/RESULTS.md",
].join("\n");

function choose(names: readonly string[]): readonly Bench[] {
  if (names.includes("all")) return benches;
  const unknown = names.filter((name) => benches.every((bench) => bench.name !== name));
  if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(", ")}\n\n${usage}`);
  return benches.filter(({ name }) => names.includes(name));
}

async function run(bench: Bench, options: { readonly json: boolean; readonly write: boolean }): Promise<object> {
  const log = (line: string): void => console.error(`  ${line}`);
  console.error(`${bench.name}: ${bench.title}`);
  const finish = observeMachine();
  const findings = await bench.run(log);
  const circumstances = finish(new Date());
  if (!options.json) {
    const tables = [figureTable(findings), ...findings.tables].map(terminalTable);
    const notes = findings.notes.map((note) => `· ${note}`);
    console.log(["", circumstancesText(circumstances), ...tables, notes.join("\n"), ""].join("\n\n"));
  }
  if (options.write) await writeResults(bench, findings, circumstances);
  return { name: bench.name, title: bench.title, circumstances, ...findings };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
});
if (positionals.length === 0) console.log(usage);
else {
  const chosen = choose(positionals);
  await buildJailPrograms();
  const reports: object[] = [];
  for (const bench of chosen) reports.push(await run(bench, values));
  if (values.json) console.log(JSON.stringify(reports, null, 2));
}
