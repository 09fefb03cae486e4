import { apiPaths } from "@omoios/contract/http";
import type { SpecView } from "@omoios/contract/http-spec";
import { legalMoves } from "@omoios/domain/shared/moves";
import { specMoves } from "@omoios/domain/spec/state";
import { useState, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { RejectDialog } from "./reject-dialog.tsx";
import { useSpecCommand } from "./use-spec-command.ts";

interface ApprovalBarProps {
  readonly spec: SpecView;
  readonly reference: Reference;
}

/** What is at stake and the two answers, at the bottom of a spec whose plan waits for one. */
export function ApprovalBar({ spec, reference }: ApprovalBarProps): ReactNode {
  const [rejecting, setRejecting] = useState(false);
  const approve = useSpecCommand(reference, {
    path: apiPaths.specApprove,
    body: () => ({ digest: spec.planDigest }),
    done: `${spec.label} is approved; its tasks start`,
  });
  const moves = legalMoves(specMoves, spec.status);
  if (!moves.includes("approve")) return null;
  const tasks = spec.plan.work?.tasks.length ?? 0;
  return (
    <section className="approval" aria-label="Approval">
      {approve.isError && <ProblemNotice error={approve.error} what="The plan was not approved" />}
      <i className="lamp-dot" aria-hidden />
      <div>
        <strong>Nothing runs until you approve.</strong>
        <p className="meta">
          {spec.planDigest === null ? "The plan is out of date: have it made anew first." : stakes(spec)}
        </p>
      </div>
      {moves.includes("reject") && <Button onClick={() => setRejecting(true)}>Reject with a reason</Button>}
      <Button variant="lamp" disabled={spec.planDigest === null || approve.isPending} onClick={() => approve.mutate()}>
        Approve and start {tasks} {tasks === 1 ? "task" : "tasks"}
      </Button>
      {rejecting && <RejectDialog spec={spec} reference={reference} onClose={() => setRejecting(false)} />}
    </section>
  );
}

function stakes({ plan, base }: SpecView): string {
  const judged = plan.requirements?.requirements
    .flatMap(({ criteria }) => criteria)
    .filter(({ proof }) => proof === "judged");
  const count = judged?.length ?? 0;
  const look =
    count === 0 ? "" : ` ${count} ${count === 1 ? "criterion" : "criteria"} you will have to judge yourself.`;
  return `Agents work on branches of their own; ${base.branch} stays as it is.${look}`;
}
