import { apiPaths } from "@omoios/contract/http";
import { discoveryViewSchema, type DiscoveryView } from "@omoios/contract/http-discovery";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { toast } from "../../ui/toasts.tsx";

interface Decision {
  readonly path: string;
  readonly body: { readonly check: string | null } | { readonly reason: string | null };
}

interface DecideDialogProps {
  readonly discovery: DiscoveryView;
  readonly onClose: () => void;
}

/** Everything an agent says about what it found; accepting makes exactly this a task. */
export function DecideDialog({ discovery, onClose }: DecideDialogProps): ReactNode {
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: ({ path, body }: Decision) => tell(path, discoveryViewSchema, { body }),
    onSuccess: async ({ label, task }) => {
      toast("done", task === null ? `${label} is dismissed` : `${label} becomes ${task}`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  const { id } = discovery;
  return (
    <Dialog title={discovery.title} onClose={onClose}>
      <Facts discovery={discovery} />
      {decide.isError && <ProblemNotice error={decide.error} what="That did not happen" />}
      <AcceptForm
        check={discovery.check}
        disabled={decide.isPending}
        onAccept={(check) => decide.mutate({ path: apiPaths.discoveryAccept(id), body: { check } })}
      />
      <DismissForm
        disabled={decide.isPending}
        onDismiss={(reason) => decide.mutate({ path: apiPaths.discoveryDismiss(id), body: { reason } })}
      />
    </Dialog>
  );
}

function Facts({ discovery }: { readonly discovery: DiscoveryView }): ReactNode {
  const { label, foundAt, spec, description, why, files, requirement, criterion, reason } = discovery;
  return (
    <div className="discovery">
      <p className="meta">
        {label}, found by the agent of {foundAt} at {spec}. These are its words.
      </p>
      <p>{description}</p>
      <dl>
        <Fact name="Why">{why}</Fact>
        <Fact name="Would change">
          <code>{files.join(", ")}</code>
        </Fact>
        {requirement !== null && <Fact name="Requirement it adds">{requirement}</Fact>}
        <Fact name="Done when">{criterion}</Fact>
        {reason !== null && <Fact name="Waits for you because">{reason}</Fact>}
      </dl>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface AcceptFormProps {
  readonly check: string | null;
  readonly disabled: boolean;
  /** With the check the person gives, where the agent gave none. */
  readonly onAccept: (check: string | null) => void;
}

function AcceptForm({ check, disabled, onAccept }: AcceptFormProps): ReactNode {
  const field = useId();
  return (
    <form className="form" onSubmit={submitting((form) => onAccept(check === null ? formText(form, "check") : null))}>
      {check === null ? (
        <>
          <label htmlFor={field}>A command that fails now and succeeds once it is done</label>
          <input id={field} name="check" className="input mono" maxLength={2000} autoComplete="off" required />
        </>
      ) : (
        <>
          <p className="form-label">Its check, which has to fail before the work and succeed after it</p>
          <p className="note">
            <code>{check}</code>
          </p>
        </>
      )}
      <div className="form-foot">
        <Button type="submit" variant="ink" disabled={disabled}>
          Make it a task
        </Button>
      </div>
    </form>
  );
}

interface DismissFormProps {
  readonly disabled: boolean;
  readonly onDismiss: (reason: string | null) => void;
}

function DismissForm({ disabled, onDismiss }: DismissFormProps): ReactNode {
  const field = useId();
  return (
    <form
      className="form discovery-no"
      onSubmit={submitting((form) => onDismiss(formText(form, "reason").trim() || null))}
    >
      <label htmlFor={field}>Or why it is not done here</label>
      <input
        id={field}
        name="reason"
        className="input"
        maxLength={1000}
        autoComplete="off"
        placeholder="May be left empty"
      />
      <div className="form-foot">
        <Button type="submit" disabled={disabled}>
          Dismiss it
        </Button>
      </div>
    </form>
  );
}
