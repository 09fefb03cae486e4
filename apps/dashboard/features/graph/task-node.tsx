import { Handle, Position, type NodeProps } from "@xyflow/react";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, type ReactNode } from "react";
import { specQuery, type Reference } from "../../api/queries.ts";
import { ProofBar } from "../../ui/proof-bar.tsx";
import { taskLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { plannedLook, taskFact, taskRows } from "../spec/task-rows.ts";

/** The spec whose tasks the nodes are. */
export const GraphSpec = createContext<Reference>({ id: "", project: undefined });

/** A task. It reads its own state, so that a change of one redraws one node and not the graph. */
export function TaskNode({ id }: NodeProps): ReactNode {
  const reference = useContext(GraphSpec);
  const { data: row } = useQuery({
    ...specQuery(reference),
    select: (spec) => taskRows(spec).find(({ label }) => label === id),
  });
  if (row === undefined) return null;
  const look = row.task === null ? plannedLook : taskLooks[row.task.status];
  return (
    <div
      className="task-node"
      data-tone={look.tone}
      data-started={(row.task !== null && row.task.status !== "pending") || undefined}
    >
      <Handle type="target" position={Position.Left} />
      <p>
        <StatusPill look={look} bare={look.tone !== "you"} />
        <span className="id aside">{row.label}</span>
      </p>
      <strong title={row.title}>{row.title}</strong>
      <p className="meta">
        <ProofBar states={row.proof} />
        <span className="truncate">{taskFact(row)}</span>
      </p>
      <Handle type="source" position={Position.Right} />
    </div>
  );
}

/** The box around the tasks of a ticket. */
export function TicketNode({ data }: NodeProps): ReactNode {
  return <div className="ticket-node">{String(data["title"])}</div>;
}
