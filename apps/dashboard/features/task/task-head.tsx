import type { AttemptView, TaskView } from "@omoios/contract/http-task";
import { GitBranch } from "lucide-react";
import type { ReactNode } from "react";
import { ProofCount } from "../../ui/proof-bar.tsx";
import { taskLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { Conversation } from "./conversation.tsx";
import { criterionProofs } from "./criterion-proofs.ts";
import { TaskActions } from "./task-actions.tsx";

interface TaskHeadProps {
  readonly task: TaskView;
  readonly attempt: AttemptView | undefined;
}

/** What the task is, how far it has come, and what can be done about it. */
export function TaskHead({ task, attempt }: TaskHeadProps): ReactNode {
  return (
    <div className="task-head">
      <div className="head-title">
        <h1>{task.title}</h1>
        <StatusPill look={taskLooks[task.status]} />
        {attempt !== undefined && (
          <span className="meta">
            attempt {attempt.number} of {task.history.length}
          </span>
        )}
        <TaskActions task={task} />
      </div>
      <p className="spec-facts">
        <ProofCount states={criterionProofs(task, attempt).map(({ state }) => state)} />
        <span className="row">
          <GitBranch className="icon" aria-hidden /> <code>{task.branch}</code>
        </span>
        {task.needs.length > 0 && (
          <span>
            after <span className="id">{task.needs.join(", ")}</span>
          </span>
        )}
      </p>
      {task.question !== null && (
        <output className="attention">
          <i className="lamp-dot" aria-hidden />
          {task.question}
        </output>
      )}
      <Conversation task={task} />
    </div>
  );
}
