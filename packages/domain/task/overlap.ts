import { isDeclared } from "../landing/declared-files.ts";
import { topologicalOrder, type GraphNode } from "./graph.ts";

/** A task of a plan with the files it may change. */
export interface DeclaringNode extends GraphNode {
  readonly declaredFiles: readonly string[];
}

export interface OverlapEdge {
  readonly task: string;
  readonly needs: string;
  /** A declaration of each that reaches into the other's. */
  readonly files: readonly [string, string];
}

/** Nearly every task touches these, and git merges them well or a check says so. */
const shared = new Set([
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "pyproject.toml",
  "poetry.lock",
  "uv.lock",
  "requirements.txt",
  "cargo.toml",
  "cargo.lock",
  "go.mod",
  "go.sum",
  "gemfile",
  "gemfile.lock",
  "composer.json",
  "composer.lock",
]);

/**
 * Edges between tasks that may run at once but declare the same files: the later one waits for the earlier one. Tasks that
 * are ordered already get none. Throws as {@link topologicalOrder}.
 */
export function overlapEdges(nodes: readonly DeclaringNode[]): readonly OverlapEdge[] {
  const place = new Map(topologicalOrder(nodes).map((id, index) => [id, index]));
  const order = nodes.toSorted((left, right) => Number(place.get(left.id)) - Number(place.get(right.id)));
  const hard = nodes.flatMap(({ id, needs }) => needs.map((need) => ({ task: id, needs: need })));
  const overlaps: OverlapEdge[] = [];
  for (const [index, later] of order.entries()) {
    // The nearest first, so that what it waits for already needs no edge of its own.
    for (const earlier of order.slice(0, index).reverse()) {
      const files = commonFiles(later.declaredFiles, earlier.declaredFiles);
      if (files === null || waitsFor([...hard, ...overlaps], later.id).has(earlier.id)) continue;
      overlaps.push({ task: later.id, needs: earlier.id, files });
    }
  }
  return overlaps;
}

/** Everything a task waits for, directly or through others. */
function waitsFor(
  edges: readonly { readonly task: string; readonly needs: string }[],
  task: string,
): ReadonlySet<string> {
  const reached = new Set(edges.filter((edge) => edge.task === task).map((edge) => edge.needs));
  for (const id of reached) for (const edge of edges) if (edge.task === id) reached.add(edge.needs);
  return reached;
}

/** True when two tasks with these declarations may change the same file. */
export function filesMeet(left: readonly string[], right: readonly string[]): boolean {
  return commonFiles(left, right) !== null;
}

function commonFiles(left: readonly string[], right: readonly string[]): readonly [string, string] | null {
  for (const one of left) {
    const other = right.find((declared) => !isShared(one) && !isShared(declared) && meet(one, declared));
    if (other !== undefined) return [one, other];
  }
  return null;
}

function isShared(declared: string): boolean {
  return shared.has(declared.slice(declared.lastIndexOf("/") + 1).toLowerCase());
}

/** True when some path could be in both. Two patterns are compared by what stands before their first wildcard: rather once too often. */
function meet(left: string, right: string): boolean {
  const [one, other] = [plain(left), plain(right)];
  if (one === other) return true;
  const [literal, pattern] = isPattern(one) ? [other, one] : [one, other];
  if (!isPattern(pattern)) return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
  if (!isPattern(literal)) return isDeclared(literal, [pattern]) || head(pattern).startsWith(`${literal}/`);
  const [first, second] = [head(literal), head(pattern)];
  return first.startsWith(second) || second.startsWith(first);
}

function plain(declared: string): string {
  const path = declared.replace(/^(?:\.\/)+/u, "");
  return path.endsWith("/") ? `${path}**` : path;
}

function isPattern(declared: string): boolean {
  return /[*?]/u.test(declared);
}

function head(pattern: string): string {
  return pattern.slice(0, pattern.search(/[*?]/u));
}
