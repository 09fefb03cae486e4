import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkGraph } from "./graph.ts";
import { filesMeet, overlapEdges, type DeclaringNode } from "./overlap.ts";

const node = (id: string, declaredFiles: readonly string[], ...needs: string[]): DeclaringNode => ({
  id,
  declaredFiles,
  needs,
});
const edge = (left: readonly string[], right: readonly string[]): boolean =>
  overlapEdges([node("a", left), node("b", right)]).length > 0;

describe("overlapEdges", () => {
  test.each([
    ["src/a.ts", "src/a.ts", true],
    ["src/a.ts", "src/b.ts", false],
    ["./src/a.ts", "src/a.ts", true],
    ["src/", "src/a.ts", true],
    ["src/a.ts", "src/", true],
    ["src", "src/a.ts", true],
    ["src/a.ts", "src", true],
    ["src", "src/", true],
    ["source/", "src/a.ts", false],
    ["src/*.ts", "src/a.ts", true],
    ["src/*.ts", "src/deep/a.ts", false],
    ["src/**/*.ts", "src/", true],
    ["src/a*.ts", "src/b*.ts", false],
    ["package.json", "package.json", false],
    ["apps/web/package-lock.json", "apps/", false],
    ["Cargo.lock", "Cargo.lock", false],
  ])("%s and %s share a file: %s", (left, right, shared) => {
    expect(edge([left], [right])).toBe(shared);
    expect(edge([right], [left])).toBe(shared);
  });

  test("the later task of the plan waits, and says for which file", () => {
    expect(overlapEdges([node("a", ["x", "README.md"]), node("b", ["README.md"])])).toEqual([
      { task: "b", needs: "a", files: ["README.md", "README.md"] },
    ]);
  });

  test("tasks in an order already, through however many others, need no edge", () => {
    const chain = [node("a", ["x"]), node("b", [], "a"), node("c", ["x"], "b")];
    expect(overlapEdges(chain)).toEqual([]);
    expect(overlapEdges([node("a", ["x"]), node("b", ["x"]), node("c", ["x"])])).toEqual([
      { task: "b", needs: "a", files: ["x", "x"] },
      { task: "c", needs: "b", files: ["x", "x"] },
    ]);
  });

  test("with its edges a plan has no cycle, and no two tasks that share a file can run at once", () => {
    const plan = fc
      .array(
        fc.tuple(
          fc.subarray(["a", "b", "c", "d/", "d/e"], { minLength: 1 }),
          fc.array(fc.nat({ max: 9 }), { maxLength: 2 }),
        ),
        {
          maxLength: 9,
        },
      )
      .map((rows) =>
        rows.map(([files, picks], index) =>
          node(`t${index}`, files, ...new Set(index === 0 ? [] : picks.map((pick) => `t${pick % index}`))),
        ),
      );
    fc.assert(
      fc.property(plan, (tasks) => {
        const edges = overlapEdges(tasks);
        const all = tasks.map((task) => ({
          ...task,
          needs: [...task.needs, ...edges.filter((one) => one.task === task.id).map((one) => one.needs)],
        }));
        const before = (id: string): ReadonlySet<string> => {
          const seen = new Set(all.find((task) => task.id === id)?.needs);
          for (const need of seen) for (const next of all.find((task) => task.id === need)?.needs ?? []) seen.add(next);
          return seen;
        };
        const isOrdered = (left: string, right: string): boolean => before(left).has(right) || before(right).has(left);
        return (
          checkGraph(all).length === 0 &&
          tasks.every((left) =>
            tasks.every(
              (right) =>
                left.id === right.id || isOrdered(left.id, right.id) || !edge(left.declaredFiles, right.declaredFiles),
            ),
          )
        );
      }),
    );
  });
});

test("two declarations meet in a file or a folder of both, manifests aside", () => {
  expect(filesMeet(["src/a.ts", "docs/"], ["docs/use.md"])).toBe(true);
  expect(filesMeet(["src/a.ts", "package.json"], ["src/b.ts", "package.json"])).toBe(false);
});
