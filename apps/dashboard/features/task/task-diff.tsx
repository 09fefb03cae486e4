import type { TaskView } from "@omoios/contract/http-task";
import { useQuery } from "@tanstack/react-query";
import { FileDiff } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { taskDiffQuery } from "../../api/task-queries.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { DiffFileCard } from "../diff/diff-file.tsx";
import { parseDiff } from "../diff/parse-diff.ts";

/** What the newest attempt whose work was collected changed. */
export function TaskDiff({ task }: { readonly task: TaskView }): ReactNode {
  const collected = task.history.findLast(({ tip, baseCommit }) => tip !== null && baseCommit !== null);
  if (collected?.tip == null) {
    return (
      <EmptyState icon={FileDiff} title="Nothing collected yet">
        When an attempt’s agent is done, what it changed appears here.
      </EmptyState>
    );
  }
  return <CollectedDiff task={task} number={collected.number} tip={collected.tip} />;
}

interface CollectedDiffProps {
  readonly task: TaskView;
  readonly number: number;
  readonly tip: string;
}

function CollectedDiff({ task, number, tip }: CollectedDiffProps): ReactNode {
  const { data, error, refetch } = useQuery(taskDiffQuery(task.id, tip));
  const diff = useMemo(() => (data === undefined ? null : parseDiff(data)), [data]);
  if (diff === null) {
    return error === null ? (
      <SkeletonRows label="Reading the changes" />
    ) : (
      <ProblemNotice error={error} what="The changes could not be read" onRetry={() => void refetch()} />
    );
  }
  return (
    <div className="diffs">
      <p className="meta">
        {diff.files.length} {diff.files.length === 1 ? "file" : "files"} changed by attempt {number}, at{" "}
        <code>{tip.slice(0, 7)}</code>
        {diff.cut && (
          <>
            ; too long to show whole, all of it: <code>git diff</code> after <code>omoios pr take</code>
          </>
        )}
      </p>
      {diff.files.map((file) => (
        <DiffFileCard key={file.path} file={file} />
      ))}
    </div>
  );
}
