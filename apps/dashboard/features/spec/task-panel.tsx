import { apiPaths } from "@omoios/contract/http";
import type { SpecView } from "@omoios/contract/http-spec";
import { taskViewSchema } from "@omoios/contract/http-task";
import { legalMoves } from "@omoios/domain/shared/moves";
import { taskMoves, type TaskMove } from "@omoios/domain/task/state";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { proofWords } from "../../ui/proof-bar.tsx";
import { taskLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { toast } from "../../ui/toasts.tsx";
import { proofState } from "./proof-state.ts";
import { plannedLook, type TaskRow } from "./task-rows.ts";

interface TaskPanelProps {
  readonly row: TaskRow;
  readonly spec: SpecView;
  readonly onClose: () => void;
}

/** One task in short: how it stands, what it has to prove, and what a person can do about it. */
export function TaskPanel({ row, spec, onClose }: TaskPanelProps): ReactNode {
  const { task } = row;
  const criteria = spec.criteria.filter(({ tasks }) => tasks.includes(row.label));
  return (
    <aside className="panel" aria-label={`Task ${row.label}`}>
      <header>
        <StatusPill look={task === null ? plannedLook : taskLooks[task.status]} />
        <span className="id">{row.label}</span>
        <Button variant="ghost" size="icon" aria-label="Close" onClick={onClose}>
          <X className="icon" aria-hidden />
        </Button>
      </header>
      <h2>{row.title}</h2>
      <p className="meta">{row.ticket}</p>
      {task !== null && task.question !== null && <p className="panel-question">{task.question}</p>}
      {criteria.length > 0 && (
        <ul className="panel-criteria">
          {criteria.map((criterion) => (
            <li key={criterion.label}>
              <span className="id">{criterion.label}</span> {criterion.text}
              <span className="meta"> {proofWords[proofState(criterion, spec.tasks)]}</span>
            </li>
          ))}
        </ul>
      )}
      {row.needs.length > 0 && <p className="meta">Waits for {row.needs.join(", ")}</p>}
      {row.files.length > 0 && (
        <p className="meta">
          May change <code>{row.files.join(", ")}</code>
        </p>
      )}
      {task !== null && <TaskActions task={task} moves={legalMoves(taskMoves, task.status)} />}
      {task !== null && (
        <p>
          <Link to="/tasks/$task" params={{ task: task.id }}>
            Attempts, log, changes and evidence
          </Link>
        </p>
      )}
    </aside>
  );
}

interface TaskActionsProps {
  readonly task: SpecView["tasks"][number];
  readonly moves: readonly TaskMove[];
}

/** What the move table lets a person do with a task. */
function TaskActions({ task: { id, status, blockedReason }, moves }: TaskActionsProps): ReactNode {
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (verb: "retry" | "cancel") =>
      tell(verb === "retry" ? apiPaths.taskRetry(id) : apiPaths.taskCancel(id), taskViewSchema),
    onSuccess: async (task, verb) => {
      toast("done", `${task.label} ${verb === "retry" ? "is tried again" : "is cancelled"}`);
      await queries.invalidateQueries();
    },
  });
  const retries = (status === "blocked" && blockedReason !== "question") || status === "failed";
  if (!retries && !moves.includes("cancel")) return null;
  return (
    <div className="panel-actions">
      {act.isError && <ProblemNotice error={act.error} what="That did not happen" />}
      {retries && (
        <Button variant="ink" disabled={act.isPending} onClick={() => act.mutate("retry")}>
          Try again
        </Button>
      )}
      {moves.includes("cancel") && (
        <Button variant="danger" disabled={act.isPending} onClick={() => act.mutate("cancel")}>
          Cancel the task
        </Button>
      )}
    </div>
  );
}
