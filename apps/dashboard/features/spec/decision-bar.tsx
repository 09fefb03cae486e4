import { apiPaths } from "@omoios/contract/http";
import type { SpecView } from "@omoios/contract/http-spec";
import { useState, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { decisionOf, type Decision } from "./decision.ts";
import { RejectDialog } from "./reject-dialog.tsx";
import { useSpecCommand } from "./use-spec-command.ts";

interface DecisionProps<Kind extends Decision["kind"] = Decision["kind"]> {
  readonly spec: SpecView;
  readonly reference: Reference;
  readonly decision: Extract<Decision, { readonly kind: Kind }>;
}

/** What is at stake, and the answers a person can give, at the bottom of the page; nothing while nothing is asked. */
export function DecisionBar({ spec, reference }: Omit<DecisionProps, "decision">): ReactNode {
  const decision = decisionOf(spec);
  switch (decision?.kind) {
    case "plan":
      return <ApprovePlan spec={spec} reference={reference} decision={decision} />;
    case "phase":
      return <ApprovePhase spec={spec} reference={reference} decision={decision} />;
    case "regenerate":
      return <Regenerate spec={spec} reference={reference} decision={decision} />;
    case "resume":
      return <Resume spec={spec} reference={reference} decision={decision} />;
    case "questions":
    case undefined:
      return null;
  }
}

function ApprovePlan({ spec, reference, decision }: DecisionProps<"plan">): ReactNode {
  const approve = useSpecCommand(reference, {
    path: apiPaths.specApprove,
    body: () => ({ digest: decision.digest }),
    done: `${spec.label} is approved; its tasks start`,
  });
  const tasks = spec.plan.work?.tasks.length ?? 1;
  return (
    <Bar title="Nothing runs until you approve." detail={stakes(spec)} error={approve.error}>
      <Reject spec={spec} reference={reference} />
      <Button variant="lamp" disabled={approve.isPending} onClick={() => approve.mutate()}>
        Approve and start {tasks} {tasks === 1 ? "task" : "tasks"}
      </Button>
    </Bar>
  );
}

function ApprovePhase({ spec, reference, decision }: DecisionProps<"phase">): ReactNode {
  const name = decision.phase === "DESIGN" ? "design" : "requirements";
  const approve = useSpecCommand(reference, {
    path: apiPaths.specApprovePhase,
    body: () => ({ output: decision.output }),
    done: `The ${name} are approved; planning goes on`,
  });
  return (
    <Bar title={`Planning waits for your yes to the ${name}.`} detail="You can reword it first." error={approve.error}>
      <Reject spec={spec} reference={reference} />
      <Button variant="lamp" disabled={approve.isPending} onClick={() => approve.mutate()}>
        Approve the {name}
      </Button>
    </Bar>
  );
}

function Regenerate({ spec, reference, decision }: DecisionProps<"regenerate">): ReactNode {
  const regenerate = useSpecCommand(reference, {
    path: apiPaths.specRegenerate,
    body: () => ({}),
    done: `${spec.label} is planned anew where it changed`,
  });
  const detail = `Made from words you changed since: ${decision.stale.join(", ")}. Nothing else is planned again.`;
  return (
    <Bar title="Part of the plan is out of date." detail={detail} error={regenerate.error}>
      <Reject spec={spec} reference={reference} />
      <Button variant="lamp" disabled={regenerate.isPending} onClick={() => regenerate.mutate()}>
        Make it anew
      </Button>
    </Bar>
  );
}

function Resume({ spec, reference, decision }: DecisionProps<"resume">): ReactNode {
  const [raising, setRaising] = useState(false);
  const resume = useSpecCommand(reference, {
    path: apiPaths.specResume,
    body: () => ({}),
    done: `${spec.label} goes on`,
  });
  const paused = spec.pausedReason !== null;
  return (
    <Bar title={paused ? "Stopped by its budget." : "This needs you."} detail={decision.reason} error={resume.error}>
      {paused ? (
        <Button variant="lamp" onClick={() => setRaising(true)}>
          Set its budget
        </Button>
      ) : (
        <Button variant="lamp" disabled={resume.isPending} onClick={() => resume.mutate()}>
          Try again
        </Button>
      )}
      {raising && <BudgetDialog spec={spec} reference={reference} onClose={() => setRaising(false)} />}
    </Bar>
  );
}

function Reject({ spec, reference }: Omit<DecisionProps, "decision">): ReactNode {
  const [rejecting, setRejecting] = useState(false);
  return (
    <>
      <Button onClick={() => setRejecting(true)}>Reject with a reason</Button>
      {rejecting && <RejectDialog spec={spec} reference={reference} onClose={() => setRejecting(false)} />}
    </>
  );
}

interface BarProps {
  readonly title: string;
  readonly detail: string;
  readonly error: Error | null;
  readonly children: ReactNode;
}

function Bar({ title, detail, error, children }: BarProps): ReactNode {
  return (
    <section className="decision" aria-label="Your decision">
      {error !== null && <ProblemNotice error={error} what="That did not happen" />}
      <i className="lamp-dot" aria-hidden />
      <div className="decision-stakes">
        <strong>{title}</strong>
        <p className="meta">{detail}</p>
      </div>
      {children}
    </section>
  );
}

function stakes({ plan, base }: SpecView): string {
  const criteria = plan.requirements?.requirements.flatMap((requirement) => requirement.criteria) ?? [];
  const judged = criteria.filter(({ proof }) => proof === "judged").length;
  const look =
    judged === 0 ? "" : ` ${judged} ${judged === 1 ? "criterion" : "criteria"} you will have to judge yourself.`;
  return `Agents work on branches of their own; ${base.branch} stays as it is.${look}`;
}
