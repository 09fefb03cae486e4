import {
  Background,
  BackgroundVariant,
  ControlButton,
  Controls,
  getViewportForBounds,
  ReactFlow,
  type Edge,
  type Node,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { Maximize } from "lucide-react";
import { useCallback, useEffect, useMemo, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import type { TaskRow } from "../spec/task-rows.ts";
import { extentOf, roundedPath, type GraphLayout } from "./graph-layout.ts";
import { ArrowHeads, TaskEdge } from "./task-edge.tsx";
import { GraphSpec, TaskNode, TicketNode } from "./task-node.tsx";
import { useGraphLayout } from "./use-graph-layout.ts";
import "../../styles/graph.css";

const nodeTypes = { task: TaskNode, ticket: TicketNode };
const wholeGraph = { minZoom: 0.2, maxZoom: 1, padding: 0.05 } as const;
const edgeTypes = { task: TaskEdge };

interface TaskGraphProps {
  readonly rows: readonly TaskRow[];
  readonly reference: Reference;
  readonly selected: string | null;
  readonly onSelect: (label: string | null) => void;
}

/** The tasks as a graph; what a task needs is left of it. */
export function TaskGraph({ rows, reference, selected, onSelect }: TaskGraphProps): ReactNode {
  const shape = rows.map(({ label, ticket, needs }) => ({ label, ticket, needs }));
  const { data: layout, error } = useGraphLayout(shape);
  const drawn = useMemo(() => (layout === undefined ? null : drawGraph(layout, selected)), [layout, selected]);
  if (error !== null)
    return <ProblemNotice error={error} what="The graph could not be laid out; the table has the same tasks" />;
  if (drawn === null) return null;
  return (
    <GraphSpec value={reference}>
      <ArrowHeads />
      <ReactFlow
        nodes={drawn.nodes}
        edges={drawn.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={(changes) => {
          const chosen = changes.find((change) => change.type === "select" && change.selected);
          if (chosen?.type === "select") onSelect(chosen.id);
        }}
        onPaneClick={() => onSelect(null)}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        minZoom={wholeGraph.minZoom}
        maxZoom={1.5}
        zoomOnScroll={false}
        panOnScroll
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <WholeGraph layout={drawn.layout} />
      </ReactFlow>
    </GraphSpec>
  );
}

/** Shows the whole graph when its shape or its room changed or somebody asks for it, and leaves the view to the person otherwise. */
function WholeGraph({ layout }: { readonly layout: GraphLayout }): ReactNode {
  const { setViewport, viewportInitialized } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const show = useCallback(() => {
    if (!viewportInitialized || width === 0 || height === 0) return;
    const { minZoom, maxZoom, padding } = wholeGraph;
    // The layout knows its extent; what is measured of the drawn nodes comes later.
    void setViewport(getViewportForBounds(extentOf(layout), width, height, minZoom, maxZoom, padding));
  }, [setViewport, viewportInitialized, layout, width, height]);
  useEffect(show, [show]);
  return (
    <Controls showInteractive={false} showFitView={false}>
      <ControlButton onClick={show} title="Show all tasks" aria-label="Show all tasks">
        <Maximize className="icon" aria-hidden />
      </ControlButton>
    </Controls>
  );
}

function drawGraph(
  layout: GraphLayout,
  selected: string | null,
): { readonly layout: GraphLayout; readonly nodes: Node[]; readonly edges: Edge[] } {
  const tickets = [...layout.tickets].map(([title, { x, y, width, height }]): Node => ({
    ...{ id: `ticket ${title}`, type: "ticket", data: { title }, position: { x, y }, width, height },
    ...{ zIndex: -1, selectable: false, focusable: false },
  }));
  const tasks = [...layout.tasks].map(([label, { x, y, width, height }]): Node => ({
    ...{ id: label, type: "task", data: {}, position: { x, y }, width, height },
    // Its name is what stands in it.
    ...{ selected: label === selected, ariaRole: "button" as const },
  }));
  const edges = layout.lines.map(({ id, from, to, points }): Edge => ({
    id,
    type: "task",
    source: from,
    target: to,
    data: { path: roundedPath(points) },
  }));
  return { layout, nodes: [...tickets, ...tasks], edges };
}
