import { apiPaths } from "@omoios/contract/http";
import type { SpecView } from "@omoios/contract/http-spec";
import { useId, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useSpecCommand } from "./use-spec-command.ts";

interface RejectDialogProps {
  readonly spec: SpecView;
  readonly reference: Reference;
  readonly onClose: () => void;
}

/** Sends a plan back; the reason is what the planner works from, so it cannot be left out. */
export function RejectDialog({ spec, reference, onClose }: RejectDialogProps): ReactNode {
  const reason = useId();
  const phase = useId();
  const reject = useSpecCommand<{ readonly reason: string; readonly phase: string | null }>(reference, {
    path: apiPaths.specReject,
    body: (input) => input,
    done: `${spec.label} is sent back to the planner`,
    onDone: onClose,
  });
  const phases = spec.plan.standing.map((each) => each.phase).filter((name) => name !== "SYNC" && name !== "COMPLETE");
  const submit = (form: FormData): void => {
    const from = formText(form, "phase");
    reject.mutate({ reason: formText(form, "reason"), phase: from === "" ? null : from });
  };
  return (
    <Dialog title="Send the plan back" onClose={onClose}>
      <form onSubmit={submitting(submit)} className="form">
        <label htmlFor={reason}>What has to be different?</label>
        <textarea id={reason} name="reason" className="input" rows={4} maxLength={4000} required />
        <label htmlFor={phase}>Begin anew at</label>
        <select id={phase} name="phase" className="input" defaultValue="">
          <option value="">the last phase made</option>
          {phases.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        {reject.isError && <ProblemNotice error={reject.error} what="The plan was not sent back" />}
        <div className="form-foot">
          <Button variant="ghost" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" variant="ink" disabled={reject.isPending}>
            Send back
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
