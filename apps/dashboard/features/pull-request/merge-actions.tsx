import { apiPaths } from "@omoios/contract/http";
import {
  pullRequestMergedSchema,
  pullRequestRefreshedSchema,
  type PullRequestRefreshed,
  type SpecView,
} from "@omoios/contract/http-spec";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { tell } from "../../api/ask.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { toast } from "../../ui/toasts.tsx";

interface MergeActionsProps {
  readonly spec: SpecView;
  readonly base: string;
}

/** Bringing in the base branch, and the merge; the merge is asked again, as it cannot be taken back here. */
export function MergeActions({ spec, base }: MergeActionsProps): ReactNode {
  const [merging, setMerging] = useState(false);
  const queries = useQueryClient();
  const refresh = useMutation({
    mutationFn: () => tell(apiPaths.specPullRequestRefresh(spec.id), pullRequestRefreshedSchema),
    onSuccess: async (refreshed) => {
      toast("done", refreshedText(refreshed));
      await queries.invalidateQueries();
    },
  });
  if (spec.status !== "in_review") return null;
  return (
    <div className="task-actions">
      <Button disabled={refresh.isPending} onClick={() => refresh.mutate()}>
        Bring in {base}
      </Button>
      <Button variant="lamp" onClick={() => setMerging(true)}>
        Merge
      </Button>
      {refresh.isError && <ProblemNotice error={refresh.error} what={`${base} was not brought in`} />}
      {merging && <MergeDialog spec={spec} base={base} onClose={() => setMerging(false)} />}
    </div>
  );
}

function MergeDialog({ spec, base, onClose }: MergeActionsProps & { readonly onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const merge = useMutation({
    mutationFn: () => tell(apiPaths.specPullRequestMerge(spec.id), pullRequestMergedSchema),
    onSuccess: async () => {
      toast("done", `${spec.label} is merged in OmoiOS`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog title={`Merge ${spec.label} into ${base}?`} onClose={onClose}>
      <p>
        This moves <code>{base}</code> of the repository OmoiOS works in. Yours is not changed: you take the merge from
        there when you like.
      </p>
      {merge.isError && <ProblemNotice error={merge.error} what="It was not merged" />}
      <div className="form-foot">
        <Button variant="ghost" onClick={onClose}>
          Not yet
        </Button>
        <Button variant="ink" disabled={merge.isPending} onClick={() => merge.mutate()}>
          Merge it
        </Button>
      </div>
    </Dialog>
  );
}

function refreshedText({ outcome, base, task, spec }: PullRequestRefreshed): string {
  switch (outcome) {
    case "current":
      return `${spec.label} contains ${base} as it is now`;
    case "moved":
      return `${task ?? "A task"} brings in ${base}, and everything is proven again`;
    case "merged":
      return `${base} contains ${spec.label} already`;
  }
}
