import { useQuery } from "@tanstack/react-query";
import type { EdgeProps } from "@xyflow/react";
import { useContext, type ReactNode } from "react";
import { specQuery } from "../../api/queries.ts";
import { taskRows } from "../spec/task-rows.ts";
import { GraphSpec } from "./task-node.tsx";

/** From what is needed to what needs it: green once it is there, moving while it is worked on. */
export function TaskEdge({ source, data }: EdgeProps): ReactNode {
  const reference = useContext(GraphSpec);
  const { data: status } = useQuery({
    ...specQuery(reference),
    select: (spec) => taskRows(spec).find(({ label }) => label === source)?.task?.status ?? null,
  });
  const state =
    status === "complete" ? "satisfied" : status === "running" ? "live" : status === "validating" ? "proof" : "open";
  return (
    <path className="task-edge" d={String(data?.["path"])} data-state={state} markerEnd={`url(#arrow-${state})`} />
  );
}

/** The arrow heads, one for each state, because a marker does not take the colour of its line everywhere. */
export function ArrowHeads(): ReactNode {
  return (
    <svg className="arrow-heads" aria-hidden>
      <defs>
        {["open", "live", "proof", "satisfied"].map((state) => (
          <marker
            key={state}
            id={`arrow-${state}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M 0 0.5 L 8 4 L 0 7.5 z" data-state={state} />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
