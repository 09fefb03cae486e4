import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkGraph,
  criticalPath,
  downstreamWeights,
  graphProblemText,
  topologicalOrder,
  type GraphNode,
  type WeightedNode,
} from "./graph.ts";

const node = (id: string, ...needs: string[]): GraphNode => ({ id, needs });

/** Graphs without a cycle: each node needs some of those before it; shuffled. */
const sound: fc.Arbitrary<readonly WeightedNode[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.array(fc.nat({ max: 30 }), { maxLength: 4 })), { maxLength: 14 })
  .map((rows) =>
    rows.map(([weight, picks], index) => ({
      id: `t${index}`,
      weight,
      needs: index === 0 ? [] : [...new Set(picks.map((pick) => `t${pick % index}`))],
    })),
  )
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

const anyGraph: fc.Arbitrary<readonly GraphNode[]> = fc
  .array(fc.array(fc.nat({ max: 9 }), { maxLength: 3 }), { maxLength: 8 })
  .map((rows) => rows.map((picks, index) => ({ id: `t${index}`, needs: picks.map((pick) => `t${pick}`) })));

/** Every chain that starts at `id` and follows what waits for it; the slow way. */
function chainsFrom(nodes: readonly WeightedNode[], id: string): readonly (readonly string[])[] {
  const dependents = nodes.filter((one) => one.needs.includes(id));
  return [[id], ...dependents.flatMap((one) => chainsFrom(nodes, one.id).map((chain) => [id, ...chain]))];
}

function canReachItself(nodes: readonly GraphNode[], id: string): boolean {
  const needsOf = (of: string): readonly string[] =>
    nodes.find((one) => one.id === of)?.needs.filter((need) => need !== of) ?? [];
  const seen = new Set(needsOf(id));
  for (const need of seen) for (const next of needsOf(need)) seen.add(next);
  return seen.has(id);
}

describe("checkGraph", () => {
  test("names every problem at once", () => {
    const problems = checkGraph([
      node("a", "b"),
      node("b", "a", "x"),
      node("c", "c"),
      node("d", "a", "a"),
      node("e"),
      node("e"),
      node("e"),
    ]);
    expect(problems).toEqual([
      { kind: "duplicate-id", id: "e" },
      { kind: "unknown", id: "b", needs: "x" },
      { kind: "self", id: "c" },
      { kind: "duplicate-edge", id: "d", needs: "a" },
      { kind: "cycle", path: ["a", "b", "a"] },
    ]);
    expect(problems.map(graphProblemText)).toEqual([
      "the id e is used more than once",
      "b needs x, which does not exist",
      "c needs itself",
      "d names a more than once in what it needs",
      "these need each other, so none can start: a → b → a",
    ]);
  });

  test("refuses the plan the original scored 1.00: a cycle of two and an id that does not exist", () => {
    const kinds = checkGraph([node("TSK-001", "TSK-002"), node("TSK-002", "TSK-001"), node("TSK-003", "TSK-999")]).map(
      (one) => one.kind,
    );
    expect(kinds).toEqual(["unknown", "cycle"]);
  });

  test("finds a cycle exactly when there is one, and what it names is one", () => {
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const cycles = checkGraph(nodes).flatMap((problem) => (problem.kind === "cycle" ? [problem.path] : []));
        expect(cycles.length > 0).toBe(nodes.some((one) => canReachItself(nodes, one.id)));
        for (const path of cycles) {
          expect(path.length).toBeGreaterThan(2);
          expect(path.at(0)).toBe(path.at(-1));
          for (const [index, id] of path.slice(0, -1).entries()) {
            expect(nodes.find((one) => one.id === id)?.needs).toContain(path[index + 1]);
          }
        }
      }),
    );
  });
});

describe("in a sound graph", () => {
  test("each task comes after what it needs", () => {
    fc.assert(
      fc.property(sound, (nodes) => {
        expect(checkGraph(nodes)).toEqual([]);
        const order = topologicalOrder(nodes);
        expect([...order].sort()).toEqual(nodes.map((one) => one.id).sort());
        for (const one of nodes)
          for (const need of one.needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(one.id));
      }),
    );
  });

  test("downstream weights and the critical path are those of the heaviest of all chains", () => {
    fc.assert(
      fc.property(sound, (nodes) => {
        const weightOf = (path: readonly string[]): number =>
          path.reduce((sum, id) => sum + (nodes.find((one) => one.id === id)?.weight ?? 0), 0);
        const weights = downstreamWeights(nodes);
        for (const { id } of nodes) expect(weights.get(id)).toBe(Math.max(...chainsFrom(nodes, id).map(weightOf)));
        const { path, weight } = criticalPath(nodes);
        expect(weight).toBe(weightOf(path));
        expect(weight).toBe(Math.max(0, ...nodes.flatMap((one) => chainsFrom(nodes, one.id).map(weightOf))));
        for (const [index, id] of path.slice(1).entries())
          expect(nodes.find((one) => one.id === id)?.needs).toContain(path[index]);
      }),
    );
  });

  test("ten thousand tasks in a row or around one are no trouble", () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => ({
      id: `t${index}`,
      weight: 1,
      needs: index === 0 ? [] : [`t${index - 1}`],
    }));
    expect(downstreamWeights(chain).get("t0")).toBe(10_000);
    expect(criticalPath(chain).weight).toBe(10_000);
    const star = chain.map((one, index) => ({ ...one, needs: index === 0 ? [] : ["t0"] }));
    expect(downstreamWeights(star).get("t0")).toBe(2);
    const ring = chain.map((one, index) => (index === 0 ? { ...one, needs: ["t9999"] } : one));
    expect(checkGraph(ring)).toMatchObject([{ kind: "cycle" }]);
  });
});

test("what needs a sound graph says what is wrong with another", () => {
  const bad = [node("a", "a")];
  expect(() => topologicalOrder(bad)).toThrow("The graph has to pass checkGraph first: a needs itself");
});
