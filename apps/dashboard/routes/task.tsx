import type { AttemptView, TaskView } from "@omoios/contract/http-task";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { FileText, ScrollText } from "lucide-react";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { taskQuery } from "../api/task-queries.ts";
import { Page } from "../features/shell/page.tsx";
import { AttemptLog } from "../features/task/attempt-log.tsx";
import { Attempts } from "../features/task/attempts.tsx";
import { Conflicts } from "../features/task/conflicts.tsx";
import { Evidence } from "../features/task/evidence.tsx";
import { TaskDiff } from "../features/task/task-diff.tsx";
import { TaskHead } from "../features/task/task-head.tsx";
import { taskTabs, type TaskTab } from "../features/task/task-tabs.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { OutputText } from "../ui/scrolling.tsx";
import "../styles/spec.css";
import "../styles/diff.css";
import "../styles/task.css";

const route = getRouteApi("/_dashboard/tasks/$task");
const words = { log: "Log", diff: "Diff", conflict: "Conflict", brief: "Brief" } as const satisfies Record<
  TaskTab,
  string
>;

/** One task: its attempts, what they print and change, and what they proved. */
export function TaskPage(): ReactNode {
  const { task: id } = route.useParams();
  const { project, attempt, tab = "log" } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(taskQuery({ id, project }));
  if (data === undefined) {
    return (
      <Page title={id} above={[{ label: "Specs", to: "/specs" }]}>
        {error === null ? (
          <SkeletonRows label={`Reading ${id}`} rows={6} />
        ) : (
          <ProblemNotice error={error} what={`${id} could not be read`} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  const shown = data.history.find(({ number }) => number === attempt) ?? data.history.at(-1);
  const look = (change: { readonly attempt?: number; readonly tab?: TaskTab }): void =>
    void navigate({ to: ".", search: (was) => ({ ...was, ...change }), replace: true });
  const tabs = taskTabs.filter((name) => name !== "conflict" || data.conflicts.length > 0);
  const above = [
    { label: "Specs", to: "/specs" },
    { label: data.spec, spec: data.specId },
  ] as const;
  return (
    <Page title={data.label} above={above} fill>
      <TaskHead task={data} attempt={shown} />
      <div className="task-panes">
        <Attempts task={data} selected={shown?.number} onSelect={(number) => look({ attempt: number })} />
        <Tabs.Root
          className="work-main"
          value={tabs.includes(tab) ? tab : "log"}
          onValueChange={(next) => look({ tab: next as TaskTab })}
        >
          <Tabs.List className="tabs" aria-label="Parts of the task">
            {tabs.map((name) => (
              <Tabs.Trigger key={name} value={name}>
                {words[name]}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {tabs.map((name) => (
            <Tabs.Content key={name} value={name} className="task-pane" data-tab={name}>
              <Pane tab={name} task={data} attempt={shown} />
            </Tabs.Content>
          ))}
        </Tabs.Root>
        <Evidence task={data} attempt={shown} />
      </div>
    </Page>
  );
}

interface PaneProps {
  readonly tab: TaskTab;
  readonly task: TaskView;
  readonly attempt: AttemptView | undefined;
}

function Pane({ tab, task, attempt }: PaneProps): ReactNode {
  if (tab === "diff") return <TaskDiff task={task} />;
  if (tab === "conflict") return <Conflicts task={task} />;
  if (attempt === undefined) {
    return tab === "brief" ? (
      <OutputText text={task.description} className="brief" />
    ) : (
      <EmptyState icon={ScrollText} title="Nothing printed yet">
        Output appears here as soon as the first attempt starts.
      </EmptyState>
    );
  }
  if (tab === "log") return <AttemptLog key={attempt.id} task={task.label} attempt={attempt} />;
  if (attempt.brief === null) {
    return (
      <EmptyState icon={FileText} title="No brief sent yet">
        It is written when the sandbox is ready.
      </EmptyState>
    );
  }
  return <OutputText text={attempt.brief} className="brief" />;
}
