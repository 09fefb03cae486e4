import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { specQuery } from "../api/queries.ts";
import { Page } from "../features/shell/page.tsx";
import { DecisionBar } from "../features/spec/decision-bar.tsx";
import { Design } from "../features/spec/design.tsx";
import { Execution } from "../features/spec/execution.tsx";
import { Questions } from "../features/spec/questions.tsx";
import { Requirements } from "../features/spec/requirements.tsx";
import { Review } from "../features/spec/review.tsx";
import { SpecHead } from "../features/spec/spec-head.tsx";
import { specTabs, type SpecTab } from "../features/spec/spec-tabs.ts";
import { Tasks } from "../features/spec/tasks.tsx";
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
        <h1 className="page-title">{spec}</h1>
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
  const counts: Readonly<Partial<Record<SpecTab, number>>> = {
    requirements: data.plan.requirements?.requirements.length ?? data.requirements.length,
    // What agents found on the way became tasks that no plan names.
    tasks: data.tasks.length > 0 ? data.tasks.length : (data.plan.work?.tasks.length ?? 0),
  };
  return (
    <Page title={data.label} above={above} fill>
      <Tabs.Root className="workspace" value={tab} onValueChange={choose}>
        <SpecHead spec={data} />
        <Tabs.List className="tabs" aria-label="Parts of the spec">
          {specTabs.map((name) => (
            <Tabs.Trigger key={name} value={name}>
              {tabWords[name]}
              <TabCount count={counts[name] ?? 0} />
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Questions spec={data} reference={reference} />
        <Tabs.Content value="requirements" className="pane">
          <Requirements spec={data} reference={reference} />
        </Tabs.Content>
        <Tabs.Content value="design" className="pane">
          <Design spec={data} />
        </Tabs.Content>
        <Tabs.Content value="tasks" className="pane pane-fill">
          <Tasks spec={data} reference={reference} />
        </Tabs.Content>
        <Tabs.Content value="execution" className="pane">
          <Execution spec={data} />
        </Tabs.Content>
        <Tabs.Content value="review" className="pane">
          <Review spec={data} />
        </Tabs.Content>
      </Tabs.Root>
      <DecisionBar spec={data} reference={reference} />
    </Page>
  );
}

function TabCount({ count }: { readonly count: number }): ReactNode {
  return count === 0 ? null : <span className="count">{count}</span>;
}

const tabWords = {
  requirements: "Requirements",
  design: "Design",
  tasks: "Tasks",
  execution: "Execution",
  review: "Review",
} as const satisfies Record<SpecTab, string>;
