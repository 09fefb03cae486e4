import ts from "typescript";
import { descendants, parseSource, placeOf, sourceFiles } from "./source-files.ts";

/** Where columns that hold a state may be written. */
const stores = "packages/adapters/postgres/";

const sqlWrite = /\bset\s+(?:[a-z_."]+\s*=[^;]*?,\s*)?"?(?:status|state|phase)"?\s*=/iu;
const stateColumns: ReadonlySet<string> = new Set(["status", "state", "phase"]);

/** Writes of a state outside the stores, as Kysely `.set({ status })` or as SQL text: there is one writer per table. */
export async function findStatusWrites(root?: string): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const path of await sourceFiles(["{packages,apps,bench}/**/*.ts"], root)) {
    if (path.startsWith(stores) || /\.(?:test|testsuite)\.ts$/u.test(path)) continue;
    for (const node of descendants(await parseSource(path, root))) {
      if (writesState(node))
        findings.push(`${placeOf(node)} writes a state outside ${stores}: add a verb to the store`);
    }
  }
  return findings;
}

function writesState(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return sqlWrite.test(node.getText());
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression: receiver } = node.expression;
  const [columns] = node.arguments;
  if (columns === undefined || (name.text !== "set" && name.text !== "doUpdateSet")) return false;
  if (ts.isStringLiteral(columns)) return stateColumns.has(columns.text) && receiver.getText().includes("updateTable");
  if (!ts.isObjectLiteralExpression(columns)) return false;
  return columns.properties.some(({ name: column }) => column !== undefined && stateColumns.has(column.getText()));
}
