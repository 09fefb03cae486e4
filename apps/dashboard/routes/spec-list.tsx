import type { SpecStanding } from "@omoios/contract/http-system";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Layers } from "lucide-react";
import type { ReactNode } from "react";
import { specListQuery, statusQuery } from "../api/queries.ts";
import { NewFeatureLink } from "../features/shell/new-feature-link.tsx";
import { Page } from "../features/shell/page.tsx";
import { SpecLink } from "../features/spec/spec-link.tsx";
import { standingProof } from "../features/spec/standing-proof.ts";
import { calendarDay, clockTime } from "../ui/ages.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { ProofCount } from "../ui/proof-bar.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { specLooks } from "../ui/state-look.ts";
import { StatusPill } from "../ui/status-pill.tsx";

/** Every spec, the newest first. */
export function SpecList(): ReactNode {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(specListQuery);
  const standings = useQuery(statusQuery).data?.running ?? [];
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
                <SpecProof standing={standings.find((standing) => standing.spec.id === spec.id)} />
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

/** How far a spec is that is not over; empty while it has no criteria. */
function SpecProof({ standing }: { readonly standing: SpecStanding | undefined }): ReactNode {
  return (
    <span className="meta spec-proof">
      {standing !== undefined && standing.criteria.length > 0 && <ProofCount small states={standingProof(standing)} />}
    </span>
  );
}
