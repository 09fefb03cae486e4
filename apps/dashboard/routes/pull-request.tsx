import type { SpecView } from "@omoios/contract/http-spec";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { GitPullRequest } from "lucide-react";
import { Tabs } from "radix-ui";
import { useMemo, type ReactNode } from "react";
import { pullRequestDiffQuery, pullRequestQuery } from "../api/pull-request-queries.ts";
import { specQuery } from "../api/queries.ts";
import { parseDiff, type Diff } from "../features/diff/parse-diff.ts";
import { Decisions } from "../features/pull-request/decisions.tsx";
import { Files } from "../features/pull-request/files.tsx";
import { Markdown } from "../features/pull-request/markdown.tsx";
import { Proof } from "../features/pull-request/proof.tsx";
import { PullRequestHead } from "../features/pull-request/pull-request-head.tsx";
import { Page } from "../features/shell/page.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { OutputText } from "../ui/scrolling.tsx";
import "../styles/spec.css";
import "../styles/diff.css";
import "../styles/task.css";
import "../styles/pull-request.css";

const route = getRouteApi("/_dashboard/specs/$spec/pull-request");
const specsCrumb = { label: "Specs", to: "/specs" } as const;

/** The pull request of a spec: what to read, in which order, and why to believe it. */
export function PullRequestPage(): ReactNode {
  const { spec: id } = route.useParams();
  const { project } = route.useSearch();
  const { data: spec, error, refetch } = useQuery(specQuery({ id, project }));
  if (spec === undefined) {
    return (
      <Page title="Pull request" above={[specsCrumb]}>
        {error === null ? (
          <SkeletonRows label={`Reading ${id}`} rows={6} />
        ) : (
          <ProblemNotice error={error} what={`${id} could not be read`} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  const above = [specsCrumb, { label: spec.label, spec: spec.id }];
  if (spec.pullRequest !== null) return <Opened spec={spec} headCommit={spec.pullRequest.headCommit} />;
  return (
    <Page title="Pull request" above={above}>
      <EmptyState
        icon={GitPullRequest}
        title="No pull request yet"
        action={
          <Button asChild>
            <Link to="/specs/$spec" params={{ spec: spec.id }}>
              How far {spec.label} is
            </Link>
          </Button>
        }
      >
        It is opened when every criterion is met on the whole.
      </EmptyState>
    </Page>
  );
}

function Opened({ spec, headCommit }: { readonly spec: SpecView; readonly headCommit: string }): ReactNode {
  const pull = useQuery(pullRequestQuery(spec.id));
  const text = useQuery(pullRequestDiffQuery(spec.id, headCommit));
  const diff = useMemo(() => (text.data === undefined ? null : parseDiff(text.data)), [text.data]);
  const error = pull.error ?? text.error;
  return (
    <Page title="Pull request" above={[specsCrumb, { label: spec.label, spec: spec.id }]} fill>
      {pull.data !== undefined && <PullRequestHead spec={spec} pull={pull.data} diff={diff} />}
      {error !== null && (
        <ProblemNotice
          error={error}
          what="The pull request could not be read"
          onRetry={() => void Promise.all([pull.refetch(), text.refetch()])}
        />
      )}
      {error === null && (pull.data === undefined || diff === null) && (
        <SkeletonRows label="Reading the pull request" rows={6} />
      )}
      {pull.data !== undefined && diff !== null && <Panes spec={spec} body={pull.data.body} diff={diff} />}
    </Page>
  );
}

interface PanesProps {
  readonly spec: SpecView;
  readonly body: string;
  readonly diff: Diff;
}

function Panes({ spec, body, diff }: PanesProps): ReactNode {
  return (
    <div className="pull-panes">
      <Tabs.Root className="work-main pull-main" defaultValue="files">
        <Tabs.List className="tabs" aria-label="Parts of the pull request">
          <Tabs.Trigger value="files">
            Files <span className="count">{diff.files.length}</span>
          </Tabs.Trigger>
          <Tabs.Trigger value="text">Description</Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="files" className="task-pane" data-tab="files">
          <Files diff={diff} label={spec.label} />
        </Tabs.Content>
        <Tabs.Content value="text" className="task-pane">
          <Markdown text={body} />
        </Tabs.Content>
      </Tabs.Root>
      <aside className="evidence" aria-label="Why to believe it">
        <Proof spec={spec} headCommit={spec.pullRequest?.headCommit ?? ""} />
        <Decisions spec={spec} />
        <section>
          <h2 className="section-title">Take it</h2>
          <OutputText text={takeCommands(spec)} />
          <p className="meta">
            The first line fetches the branch into your repository and changes nothing else. How to run every check
            again is at the end of the description.
          </p>
        </section>
      </aside>
    </div>
  );
}

function takeCommands({ label, project, base, pullRequest }: SpecView): string {
  const branch = shellWord(pullRequest?.branch ?? "");
  return [
    `cd ${shellWord(project.source)}`,
    `omoios pr take ${label}`,
    `git diff ${shellWord(base.branch)}...${branch}`,
    `git merge ${branch}`,
  ].join("\n");
}
