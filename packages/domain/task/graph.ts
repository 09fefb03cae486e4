/** A task of a plan and the tasks it needs. */
export interface GraphNode {
  readonly id: string;
  readonly needs: readonly string[];
}

export interface WeightedNode extends GraphNode {
  readonly weight: number;
}

/** Something that keeps a plan from being a graph that can be worked off. */
export type GraphProblem =
  | { readonly kind: "duplicate-id"; readonly id: string }
  | { readonly kind: "unknown"; readonly id: string; readonly needs: string }
  | { readonly kind: "self"; readonly id: string }
  | { readonly kind: "duplicate-edge"; readonly id: string; readonly needs: string }
  /** Each id needs the one after it; the first is repeated at the end. */
  | { readonly kind: "cycle"; readonly path: readonly string[] };

/**
 * Everything that is wrong with the graph, in time linear in its size. Of cycles that share tasks one is named: breaking
 * it may uncover the next.
 */
export function checkGraph(nodes: readonly GraphNode[]): readonly GraphProblem[] {
  const known = new Set(nodes.map((node) => node.id));
  const problems = [...duplicateIds(nodes), ...nodes.flatMap((node) => edgeProblems(node, known))];
  return [...problems, ...cycles(nodes)];
}

/** The problem as a sentence for the planner and for people. */
export function graphProblemText(problem: GraphProblem): string {
  switch (problem.kind) {
    case "duplicate-id":
      return `the id ${problem.id} is used more than once`;
    case "unknown":
      return `${problem.id} needs ${problem.needs}, which does not exist`;
    case "self":
      return `${problem.id} needs itself`;
    case "duplicate-edge":
      return `${problem.id} names ${problem.needs} more than once in what it needs`;
    case "cycle":
      return `these need each other, so none can start: ${problem.path.join(" → ")}`;
  }
}

/** The ids, each after everything it needs, otherwise in the given order. Throws when `checkGraph` finds a problem. */
export function topologicalOrder(nodes: readonly GraphNode[]): readonly string[] {
  return soundOrder(nodes).map((node) => node.id);
}

/** For each id the weight of the heaviest chain that waits for it, itself included. Throws as {@link topologicalOrder}. */
export function downstreamWeights(nodes: readonly WeightedNode[]): ReadonlyMap<string, number> {
  const behind = new Map<string, number>();
  const weights = new Map<string, number>();
  for (const node of [...soundOrder(nodes)].reverse()) {
    const weight = node.weight + (behind.get(node.id) ?? 0);
    weights.set(node.id, weight);
    for (const need of node.needs) behind.set(need, Math.max(behind.get(need) ?? 0, weight));
  }
  return weights;
}

/** The chain of needs with the largest sum of weights, first task first: no schedule is shorter. Throws as {@link topologicalOrder}. */
export function criticalPath(nodes: readonly WeightedNode[]): {
  readonly path: readonly string[];
  readonly weight: number;
} {
  const weightTo = new Map<string, number>();
  const before = new Map<string, string>();
  let last: string | null = null;
  let weight = 0;
  for (const node of soundOrder(nodes)) {
    const longest = node.needs.reduce<string | null>(
      (best, need) => (best === null || Number(weightTo.get(need)) > Number(weightTo.get(best)) ? need : best),
      null,
    );
    const reached = node.weight + (longest === null ? 0 : Number(weightTo.get(longest)));
    if (longest !== null) before.set(node.id, longest);
    weightTo.set(node.id, reached);
    if (last === null || reached > weight) [last, weight] = [node.id, reached];
  }
  const path: string[] = [];
  for (let id = last; id !== null; id = before.get(id) ?? null) path.push(id);
  return { path: path.reverse(), weight };
}

function duplicateIds(nodes: readonly GraphNode[]): readonly GraphProblem[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of nodes) (seen.has(id) ? repeated : seen).add(id);
  return Array.from(repeated, (id) => ({ kind: "duplicate-id", id }));
}

function edgeProblems(node: GraphNode, known: ReadonlySet<string>): readonly GraphProblem[] {
  const { id } = node;
  const counts = new Map<string, number>();
  for (const needs of node.needs) counts.set(needs, (counts.get(needs) ?? 0) + 1);
  return [...counts].flatMap(([needs, count]): readonly GraphProblem[] => [
    ...(needs === id ? [{ kind: "self", id } as const] : []),
    ...(known.has(needs) ? [] : [{ kind: "unknown", id, needs } as const]),
    ...(count > 1 ? [{ kind: "duplicate-edge", id, needs } as const] : []),
  ]);
}

/**
 * What is left after taking away, again and again, the tasks that need nothing still has a need each: following the
 * first one from anywhere ends in a circle.
 */
function cycles(nodes: readonly GraphNode[]): readonly GraphProblem[] {
  const nextOf = new Map<string, string | undefined>();
  const left = new Map(peel(nodes).left.map((node) => [node.id, node]));
  for (const node of left.values()) {
    nextOf.set(
      node.id,
      node.needs.find((need) => need !== node.id && left.has(need)),
    );
  }
  const found: GraphProblem[] = [];
  const walkOf = new Map<string, number>();
  for (const [walk, start] of [...left.keys()].entries()) {
    const steps: string[] = [];
    let id: string | undefined = start;
    for (; id !== undefined && !walkOf.has(id); id = nextOf.get(id)) {
      walkOf.set(id, walk);
      steps.push(id);
    }
    if (id !== undefined && walkOf.get(id) === walk) {
      found.push({ kind: "cycle", path: [...steps.slice(steps.indexOf(id)), id] });
    }
  }
  return found;
}

/** Kahn's algorithm; edges to unknown ids and to the task itself are not followed, of equal ids the last counts. */
function peel<Node extends GraphNode>(
  nodes: readonly Node[],
): { readonly order: readonly Node[]; readonly left: readonly Node[] } {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const unmet = new Map<string, number>();
  const dependents = new Map<string, Node[]>();
  const dependentsOf = (id: string): Node[] => {
    const known = dependents.get(id) ?? [];
    dependents.set(id, known);
    return known;
  };
  for (const node of byId.values()) {
    const needs = new Set(node.needs.filter((need) => need !== node.id && byId.has(need)));
    unmet.set(node.id, needs.size);
    for (const need of needs) dependentsOf(need).push(node);
  }
  const order = [...byId.values()].filter((node) => unmet.get(node.id) === 0);
  for (const done of order) {
    for (const dependent of dependentsOf(done.id)) {
      const rest = Number(unmet.get(dependent.id)) - 1;
      unmet.set(dependent.id, rest);
      if (rest === 0) order.push(dependent);
    }
  }
  return { order, left: [...byId.values()].filter((node) => unmet.get(node.id) !== 0) };
}

function soundOrder<Node extends GraphNode>(nodes: readonly Node[]): readonly Node[] {
  const problems = checkGraph(nodes);
  if (problems.length > 0) {
    throw new TypeError(`The graph has to pass checkGraph first: ${problems.map(graphProblemText).join("; ")}`);
  }
  return peel(nodes).order;
}
