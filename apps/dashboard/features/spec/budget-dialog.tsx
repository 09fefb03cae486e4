import { apiPaths } from "@omoios/contract/http";
import { budgetViewSchema } from "@omoios/contract/http-budget";
import type { SpecView } from "@omoios/contract/http-spec";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { budgetQuery, type Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { toast } from "../../ui/toasts.tsx";

interface BudgetDialogProps {
  readonly spec: SpecView;
  readonly reference: Reference;
  readonly onClose: () => void;
}

/** Sets what a spec may use; one that its budget stopped goes on. */
export function BudgetDialog({ spec, reference, onClose }: BudgetDialogProps): ReactNode {
  const [usd, tokens] = [useId(), useId()];
  const queries = useQueryClient();
  const budget = useQuery(budgetQuery(reference));
  const own = budget.data?.scopes.find(({ kind }) => kind === "spec");
  const set = useMutation({
    mutationFn: (body: { readonly usd: number | null; readonly tokens: number | null }) =>
      tell(apiPaths.specBudget(reference.id), budgetViewSchema, { query: { project: reference.project }, body }),
    onSuccess: async () => {
      toast("done", `${spec.label} has its new budget`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  const submit = (form: FormData): void =>
    set.mutate({ usd: numberOrNull(formText(form, "usd")), tokens: numberOrNull(formText(form, "tokens")) });
  return (
    <Dialog title={`What ${spec.label} may use`} onClose={onClose}>
      <form onSubmit={submitting(submit)} className="form" key={budget.status}>
        {own !== undefined && (
          <p className="meta">
            Used so far: ${own.usd.used.toFixed(2)} and {own.tokens.used.toLocaleString("en-US")} tokens. An empty field
            means no cap.
          </p>
        )}
        <label htmlFor={usd}>US dollars</label>
        <input
          id={usd}
          name="usd"
          className="input"
          type="number"
          min={0}
          step="0.01"
          defaultValue={own?.usd.cap ?? ""}
        />
        <label htmlFor={tokens}>Tokens</label>
        <input
          id={tokens}
          name="tokens"
          className="input"
          type="number"
          min={0}
          step={1}
          defaultValue={own?.tokens.cap ?? ""}
        />
        {set.isError && <ProblemNotice error={set.error} what="The budget was not changed" />}
        <div className="form-foot">
          <Button variant="ghost" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" variant="ink" disabled={set.isPending}>
            Set the budget
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function numberOrNull(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
