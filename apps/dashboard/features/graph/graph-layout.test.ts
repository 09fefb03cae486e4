import ELK from "elkjs/lib/elk.bundled.js";
import { expect, test } from "vitest";
import { elkGraph, extentOf, graphLayout, nodeSize, roundedPath, type Box, type GraphShape } from "./graph-layout.ts";

const shape: GraphShape = [
  { label: "TSK-1", ticket: "Store", needs: [] },
  { label: "TSK-2", ticket: "Store", needs: ["TSK-1"] },
  { label: "TSK-3", ticket: "Page", needs: ["TSK-1", "TSK-2"] },
  { label: "TSK-4", ticket: "Page", needs: ["a task of another spec"] },
];

const layout = graphLayout(await new ELK().layout(elkGraph(shape)));

function boxOf(label: string): Box {
  const box = layout.tasks.get(label);
  if (box === undefined) throw new Error(`${label} has no place`);
  return box;
}

test("what is needed stands left of what needs it, and nothing lies on anything else", () => {
  expect(boxOf("TSK-1").x + nodeSize.width).toBeLessThan(boxOf("TSK-2").x);
  expect(boxOf("TSK-2").x + nodeSize.width).toBeLessThan(boxOf("TSK-3").x);
  const boxes = shape.map(({ label }) => boxOf(label));
  for (const [place, a] of boxes.entries()) {
    for (const b of boxes.slice(place + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(apart).toBe(true);
    }
  }
});

test("a ticket is a box around its tasks", () => {
  for (const { label, ticket } of shape) {
    const [inner, outer] = [boxOf(label), layout.tickets.get(ticket)];
    expect(inner.x).toBeGreaterThan(outer?.x ?? Number.NaN);
    expect(inner.y + inner.height).toBeLessThan((outer?.y ?? 0) + (outer?.height ?? 0));
  }
});

test("a line runs from the right edge of what is needed to the left edge of what needs it", () => {
  const line = layout.lines.find(({ id }) => id === "TSK-1 TSK-3");
  expect(line?.points[0]?.x).toBeCloseTo(boxOf("TSK-1").x + nodeSize.width, 0);
  expect(line?.points.at(-1)?.x).toBeCloseTo(boxOf("TSK-3").x, 0);
  expect(layout.lines).toHaveLength(3);
});

test("a path goes through its corners rounded, and never further than half way to the next one", () => {
  expect(roundedPath([])).toBe("");
  const corner = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 4, y: 20 },
  ];
  expect(roundedPath(corner)).toBe("M 0 0 L 2 0 Q 4 0 4 8 L 4 20");
});

test("the extent of a layout holds every box, wherever it begins", () => {
  const tickets = new Map([["T", { x: 12, y: 30, width: 300, height: 100 }]]);
  const tasks = new Map([["A", { x: 20, y: 10, width: 400, height: 40 }]]);
  expect(extentOf({ tickets, tasks, lines: [] })).toEqual({ x: 12, y: 10, width: 408, height: 120 });
});
