import ts from "typescript";
import { descendants, parseSource, placeOf, sourceFiles } from "./source-files.ts";

/** What the linter cannot express: `new Date()` and `Date()` read the clock, `new Date(ms)` does not. */
export async function findClockReads(root?: string): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const path of await sourceFiles(["packages/domain/**/*.ts"], root)) {
    if (path.endsWith(".test.ts")) continue;
    for (const node of descendants(await parseSource(path, root))) {
      if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) continue;
      if (node.expression.getText() !== "Date") continue;
      if (ts.isNewExpression(node) && (node.arguments?.length ?? 0) > 0) continue;
      findings.push(`${placeOf(node)} reads the clock: take the time as an argument`);
    }
  }
  return findings;
}
