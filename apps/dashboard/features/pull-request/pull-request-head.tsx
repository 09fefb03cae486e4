import type { PullRequestView, SpecView } from "@omoios/contract/http-spec";
import { GitBranch } from "lucide-react";
import type { ReactNode } from "react";
import { calendarDay, clockTime } from "../../ui/ages.ts";
import { ProofCount } from "../../ui/proof-bar.tsx";
import { specLooks } from "../../ui/state-look.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { proofStates } from "../spec/proof-state.ts";
import type { Diff } from "../diff/parse-diff.ts";
import { MergeActions } from "./merge-actions.tsx";

interface PullRequestHeadProps {
  readonly spec: SpecView;
  readonly pull: PullRequestView;
  readonly diff: Diff | null;
}

/** What is offered, and how sure one can be of it. */
export function PullRequestHead({ spec, pull, diff }: PullRequestHeadProps): ReactNode {
  const judged = spec.criteria.filter(({ standing }) => standing === "judged").length;
  const attempts = spec.tasks.reduce((sum, task) => sum + task.attempts, 0);
  return (
    <div className="task-head">
      <div className="head-title">
        <h1>{pull.title}</h1>
        <StatusPill look={specLooks[spec.status]} />
        <MergeActions spec={spec} base={pull.base} />
      </div>
      <p className="spec-facts">
        <ProofCount states={proofStates(spec)} />
        {judged > 0 && <span>{judged} by judgement</span>}
        <span className="row">
          <GitBranch className="icon" aria-hidden />
          <span>
            <code>{pull.branch}</code> → <code>{pull.base}</code>
          </span>
        </span>
        {diff !== null && <Extent diff={diff} />}
        <span>
          {spec.tasks.length} {spec.tasks.length === 1 ? "task" : "tasks"}, {attempts}{" "}
          {attempts === 1 ? "attempt" : "attempts"}
        </span>
        {spec.usage.usd !== null && <b>${spec.usage.usd.toFixed(2)}</b>}
        <span>
          opened {calendarDay(pull.openedAt)}, {clockTime(pull.openedAt)}
        </span>
      </p>
    </div>
  );
}

function Extent({ diff: { files } }: { readonly diff: Diff }): ReactNode {
  const added = files.reduce((sum, file) => sum + (file.addedLines ?? 0), 0);
  const removed = files.reduce((sum, file) => sum + (file.removedLines ?? 0), 0);
  return (
    <span>
      {files.length} {files.length === 1 ? "file" : "files"}{" "}
      <span data-tone="good" className="toned">
        +{added}
      </span>{" "}
      <span data-tone="bad" className="toned">
        −{removed}
      </span>
    </span>
  );
}
