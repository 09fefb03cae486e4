import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { specQuery } from "../api/queries.ts";
import { Page } from "../features/shell/page.tsx";
import { ApprovalBar } from "../features/spec/approval-bar.tsx";
import { Requirements } from "../features/spec/requirements.tsx";
import { SpecHead } from "../features/spec/spec-head.tsx";
import { specTabs, type SpecTab } from "../features/spec/spec-tabs.ts";
import { TaskTable } from "../features/spec/task-table.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import "../styles/spec.css";

const route = getRouteApi("/_dashboard/specs/$spec");

/** The workspace of one spec: what is asked, how it is built, how far it is. */
export function SpecPage(): ReactNode {
  const { spec } = route.useParams();
  const { project, tab = "requirements" } = route.useSearch();
  const navigate = route.useNavigate();
  const reference = { id: spec, project };
  const { data, error, refetch } = useQuery(specQuery(reference));
  const above = [{ label: "Specs", to: "/specs" }] as const;
  if (data === undefined) {
    return (
      <Page title={spec} above={above}>
        {error === null ? (
          <SkeletonRows label={`Reading ${spec}`} rows={6} />
        ) : (
          <ProblemNotice error={error} what={`${spec} could not be read`} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  const choose = (next: string): void =>
    void navigate({ to: ".", search: { project, tab: next as SpecTab }, replace: true });
  const counts: Readonly<Record<SpecTab, number>> = {
    requirements: data.plan.requirements?.requirements.length ?? data.requirements.length,
    tasks: data.plan.work?.tasks.length ?? data.tasks.length,
  };
  return (
    <Page title={data.label} above={above} fill>
      <Tabs.Root className="workspace" value={tab} onValueChange={choose}>
        <SpecHead spec={data} />
        <Tabs.List className="tabs" aria-label="Parts of the spec">
          {specTabs.map((name) => (
            <Tabs.Trigger key={name} value={name}>
              {tabWords[name]}
              {counts[name] > 0 && <span className="count">{counts[name]}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="requirements" className="pane">
          <Requirements spec={data} />
        </Tabs.Content>
        <Tabs.Content value="tasks" className="pane">
          <TaskTable spec={data} />
        </Tabs.Content>
      </Tabs.Root>
      <ApprovalBar spec={data} reference={reference} />
    </Page>
  );
}

const tabWords = { requirements: "Requirements", tasks: "Tasks" } as const satisfies Record<SpecTab, string>;
