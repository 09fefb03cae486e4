import { apiPaths } from "@omoios/contract/http";
import { taskViewSchema, type TaskView } from "@omoios/contract/http-task";
import { legalMoves } from "@omoios/domain/shared/moves";
import { taskMoves } from "@omoios/domain/task/state";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { toast } from "../../ui/toasts.tsx";

type Action = "retry" | "cancel";

/** What the move table lets a person do with a task. Cancelling is asked again: what the agent did is then lost. */
export function TaskActions({ task }: { readonly task: TaskView }): ReactNode {
  const [cancelling, setCancelling] = useState(false);
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (action: Action) =>
      tell(action === "retry" ? apiPaths.taskRetry(task.id) : apiPaths.taskCancel(task.id), taskViewSchema),
    onSuccess: async (_task, action) => {
      setCancelling(false);
      toast("done", action === "retry" ? `${task.label} is tried again` : `${task.label} is being cancelled`);
      await queries.invalidateQueries();
    },
  });
  const retries = (task.status === "blocked" && task.blockedReason !== "question") || task.status === "failed";
  const cancels = legalMoves<string, string>(taskMoves, task.status).includes("cancel");
  return (
    <div className="task-actions">
      {retries && (
        <Button variant="lamp" disabled={act.isPending} onClick={() => act.mutate("retry")}>
          Try again
        </Button>
      )}
      {cancels && (
        <Button variant="danger" onClick={() => setCancelling(true)}>
          Cancel task
        </Button>
      )}
      {act.isError && !cancelling && <ProblemNotice error={act.error} what="That did not happen" />}
      {cancelling && (
        <Dialog title={`Cancel ${task.label}?`} onClose={() => setCancelling(false)}>
          <p>
            Its agent is stopped and what it has not landed is not used. Tasks that wait for it cannot start, and the
            spec cannot be finished without it.
          </p>
          {act.isError && <ProblemNotice error={act.error} what="It was not cancelled" />}
          <div className="form-foot">
            <Button variant="ghost" onClick={() => setCancelling(false)}>
              Keep it
            </Button>
            <Button variant="danger" disabled={act.isPending} onClick={() => act.mutate("cancel")}>
              Cancel the task
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
