import { apiPaths } from "@omoios/contract/http";
import { useId, type ReactNode } from "react";
import type { Reference } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { formText, submitting } from "../../ui/form-text.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useSpecCommand } from "./use-spec-command.ts";

/** A requirement or criterion with the words it has. */
export interface Wording {
  readonly subject: string;
  readonly text: string;
}

interface EditDialogProps {
  readonly wording: Wording;
  readonly reference: Reference;
  readonly onClose: () => void;
}

/** Rewords one requirement or criterion; its rules are checked by the server, like the planner's words. */
export function EditDialog({ wording, reference, onClose }: EditDialogProps): ReactNode {
  const field = useId();
  const edit = useSpecCommand<string>(reference, {
    path: apiPaths.specEdit,
    body: (text) => ({ subject: wording.subject, text }),
    done: `${wording.subject} is reworded`,
    onDone: onClose,
  });
  return (
    <Dialog title={`Reword ${wording.subject}`} onClose={onClose}>
      <form onSubmit={submitting((form) => edit.mutate(formText(form, "text")))} className="form">
        <label htmlFor={field}>Its words</label>
        <textarea
          id={field}
          name="text"
          className="input"
          rows={4}
          maxLength={600}
          required
          defaultValue={wording.text}
        />
        <p className="meta">What was made from the old words is then out of date, and made anew when you say so.</p>
        {edit.isError && <ProblemNotice error={edit.error} what="These words were not taken" />}
        <div className="form-foot">
          <Button variant="ghost" onClick={onClose}>
            Keep the old ones
          </Button>
          <Button type="submit" variant="ink" disabled={edit.isPending}>
            Reword
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
