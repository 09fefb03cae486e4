import { useInfiniteQuery } from "@tanstack/react-query";
import { Layers } from "lucide-react";
import type { ReactNode } from "react";
import { specListQuery } from "../api/queries.ts";
import { NewFeatureLink } from "../features/shell/new-feature-link.tsx";
import { Page } from "../features/shell/page.tsx";
import { SpecLink } from "../features/spec/spec-link.tsx";
import { calendarDay, clockTime } from "../ui/ages.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { specLooks } from "../ui/state-look.ts";
import { StatusPill } from "../ui/status-pill.tsx";

/** Every spec, the newest first. */
export function SpecList(): ReactNode {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(specListQuery);
  const specs = data?.pages.flatMap(({ items }) => items);
  return (
    <Page title="Specs" action={<NewFeatureLink />}>
      <h1 className="page-title">Specs</h1>
      {error !== null && specs === undefined && (
        <ProblemNotice error={error} what="The specs could not be read" onRetry={() => void refetch()} />
      )}
      {specs === undefined && error === null && <SkeletonRows label="Reading the specs" rows={6} />}
      {specs?.length === 0 && (
        <EmptyState icon={Layers} title="No feature has been asked for yet">
          In a repository: <code>omoios run "Add a health endpoint"</code>
        </EmptyState>
      )}
      {specs !== undefined && specs.length > 0 && (
        <ul className="rows card spec-rows">
          {specs.map((spec) => (
            <li key={spec.id}>
              <SpecLink spec={spec}>
                <span className="id">{spec.label}</span>
                <span className="title">{spec.title}</span>
                <span className="meta">{spec.project.name}</span>
                <StatusPill look={specLooks[spec.status]} bare />
                <time className="meta" dateTime={spec.requestedAt}>
                  {calendarDay(spec.requestedAt)}, {clockTime(spec.requestedAt)}
                </time>
              </SpecLink>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older specs
        </Button>
      )}
    </Page>
  );
}
