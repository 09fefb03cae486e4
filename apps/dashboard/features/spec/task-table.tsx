import type { SpecView } from "@omoios/contract/http-spec";
import { CircleDashed, ListTodo } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ProofBar } from "../../ui/proof-bar.tsx";
import { taskLooks, type Look } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { taskRows, type TaskRow } from "./task-rows.ts";

const planned: Look = { icon: CircleDashed, tone: "quiet", word: "Planned" };

/** The tasks as rows, in the order of their numbers. */
export function TaskTable({ spec }: { readonly spec: SpecView }): ReactNode {
  const rows = taskRows(spec);
  if (rows.length === 0) {
    return (
      <EmptyState icon={ListTodo} title="No tasks yet">
        The plan is split into tasks once its design stands.
      </EmptyState>
    );
  }
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
              <span className="id">{row.label}</span> {row.title}
              <p className="meta">{row.ticket}</p>
            </th>
            <td>
              <StatusPill look={row.task === null ? planned : taskLooks[row.task.status]} bare />
              <TaskFact row={row} />
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

/** The one thing worth knowing about how a task stands. */
function TaskFact({ row: { task, files } }: { readonly row: TaskRow }): ReactNode {
  if (task === null) return <p className="meta">{files.length} declared files</p>;
  if (task.question !== null) return <p className="task-question">{task.question}</p>;
  if (task.attempts > 1) return <p className="meta">attempt {task.attempts}</p>;
  return null;
}
