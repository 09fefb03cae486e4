import type { ReactNode } from "react";
import { ProofBar } from "../../ui/proof-bar.tsx";
import { taskLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { plannedLook, taskFact, type TaskRow } from "./task-rows.ts";

interface TaskTableProps {
  readonly rows: readonly TaskRow[];
  readonly onSelect: (label: string) => void;
}

/** The tasks as rows, in the order of their numbers. */
export function TaskTable({ rows, onSelect }: TaskTableProps): ReactNode {
  return (
    <table className="tasks">
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">State</th>
          <th scope="col">Proof</th>
          <th scope="col">Waits for</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              <button type="button" onClick={() => onSelect(row.label)}>
                <span className="id">{row.label}</span> {row.title}
              </button>
              <p className="meta">{row.ticket}</p>
            </th>
            <td>
              <StatusPill look={row.task === null ? plannedLook : taskLooks[row.task.status]} bare />
              <p className="meta">{taskFact(row)}</p>
            </td>
            <td>
              <ProofBar states={row.proof} small />
              <span className="meta">
                {row.proof.filter((state) => state === "proven" || state === "judged").length} of {row.proof.length}
              </span>
            </td>
            <td className="id">{row.needs.join(", ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
