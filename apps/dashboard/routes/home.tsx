import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { statusQuery } from "../api/queries.ts";
import { Inbox } from "../features/discovery/inbox.tsx";
import { Finished } from "../features/home/finished.tsx";
import { FirstFeature } from "../features/home/first-feature.tsx";
import { Greeting } from "../features/home/greeting.tsx";
import { Needs } from "../features/home/needs.tsx";
import { Night } from "../features/home/night.tsx";
import { RunningNow } from "../features/home/running-now.tsx";
import { NewFeatureLink } from "../features/shell/new-feature-link.tsx";
import { Page } from "../features/shell/page.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

/** What needs the person, what runs, what was found on the way, how the night went, what is over. */
export function Home(): ReactNode {
  const { data, error, refetch } = useQuery(statusQuery);
  return (
    <Page title="Home" action={<NewFeatureLink />}>
      {error !== null && data === undefined && (
        <ProblemNotice error={error} what="The work could not be read" onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        <SkeletonRows label="Reading the work" rows={4} />
      ) : (
        <div className="home">
          <Greeting standings={data.running} />
          {data.specs.length === 0 ? (
            <FirstFeature />
          ) : (
            <div className="home-now">
              <Needs standings={data.running} />
              <RunningNow standings={data.running} />
            </div>
          )}
          <Inbox />
          <Night standings={data.running} />
          <Finished />
        </div>
      )}
    </Page>
  );
}
