import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { repositoryRoot } from "../command.ts";

const notOurs = ["node_modules", "dist", "coverage"];

/** Paths, relative to the root and sorted, of the TypeScript files of this repository that match the patterns. */
export async function sourceFiles(patterns: readonly string[], root = repositoryRoot): Promise<readonly string[]> {
  const found: string[] = [];
  const exclude = (path: string): boolean => notOurs.some((folder) => path.split("/").includes(folder));
  for await (const path of glob([...patterns], { cwd: root, exclude })) found.push(path);
  return found.filter((path) => !exclude(path)).toSorted();
}

/** Parses one file; nodes know their parents. */
export async function parseSource(path: string, root = repositoryRoot): Promise<ts.SourceFile> {
  return ts.createSourceFile(path, await readFile(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
}

/** Every node of a tree, parents first. */
export function* descendants(node: ts.Node): Generator<ts.Node> {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) {
    yield child;
    yield* descendants(child);
  }
}

/** `path:line` of a node, the way editors open it. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
