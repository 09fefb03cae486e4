import type { ElkNode } from "elkjs/lib/elk-api.js";
import type { TaskRow } from "../spec/task-rows.ts";

/** A box of the laid out graph, in pixels from its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An edge as the line it runs along. */
export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface GraphLayout {
  readonly tasks: ReadonlyMap<string, Box>;
  readonly tickets: ReadonlyMap<string, Box>;
  readonly lines: readonly Line[];
}

export const nodeSize = { width: 216, height: 104 } as const;

/** What decides the layout, and nothing else: a change of state must not move anything. */
export type GraphShape = readonly Pick<TaskRow, "label" | "ticket" | "needs">[];

/** The cheap settings: a fifth of the time for large graphs, and no difference one sees in small ones. */
const layered = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.spacing.nodeNodeBetweenLayers": "56",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.thoroughness": "3",
  "elk.spacing.nodeNode": "16",
  "elk.spacing.componentComponent": "24",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
} as const;

/** The graph as the layout engine takes it: tickets are boxes around their tasks, edges run from what is needed. */
export function elkGraph(shape: GraphShape): ElkNode {
  const tickets = [...new Set(shape.map(({ ticket }) => ticket))];
  const known = new Set(shape.map(({ label }) => label));
  return {
    id: "graph",
    layoutOptions: layered,
    children: tickets.map((ticket) => ({
      id: ticketId(ticket),
      layoutOptions: { "elk.padding": "[top=40,left=16,bottom=16,right=16]" },
      children: shape.filter((task) => task.ticket === ticket).map(({ label }) => ({ id: label, ...nodeSize })),
    })),
    edges: shape.flatMap(({ label, needs }) =>
      needs
        .filter((need) => known.has(need))
        .map((need) => ({ id: `${need} ${label}`, sources: [need], targets: [label] })),
    ),
  };
}

/** Reads what the layout engine answered. */
export function graphLayout(laidOut: ElkNode): GraphLayout {
  const tickets = laidOut.children ?? [];
  return {
    tickets: new Map(tickets.map((node) => [node.id.slice(ticketPrefix.length), boxOf(node)])),
    tasks: new Map(tickets.flatMap(({ children = [] }) => children.map((node) => [node.id, boxOf(node)]))),
    lines: (laidOut.edges ?? []).map(({ id, sources, targets, sections }) => ({
      id,
      from: sources[0] ?? "",
      to: targets[0] ?? "",
      points: (sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
        startPoint,
        ...bendPoints,
        endPoint,
      ]),
    })),
  };
}

/** The box around everything. */
export function extentOf({ tasks, tickets }: GraphLayout): Box {
  const boxes = [...tickets.values(), ...tasks.values()];
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** An SVG path along a line, its corners rounded. */
export function roundedPath(points: Line["points"], radius = 8): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const steps = rest.map((point, place) => {
    const before = points[place] ?? first;
    const after = rest[place + 1];
    if (after === undefined) return `L ${point.x} ${point.y}`;
    const [enter, leave] = [towards(point, before, radius), towards(point, after, radius)];
    return `L ${enter.x} ${enter.y} Q ${point.x} ${point.y} ${leave.x} ${leave.y}`;
  });
  return [`M ${first.x} ${first.y}`, ...steps].join(" ");
}

function towards(from: { x: number; y: number }, to: { x: number; y: number }, by: number): { x: number; y: number } {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(by, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const ticketPrefix = "ticket ";
const ticketId = (ticket: string): string => `${ticketPrefix}${ticket}`;

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: ElkNode): Box {
  return { x, y, width, height };
}
