import type { SpecView } from "@omoios/contract/http-spec";
import { GitPullRequest } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { calendarDay, clockTime } from "../../ui/ages.ts";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

/** What comes out: the pull request, how to get it, and what is still missing until there is one. */
export function Review({ spec }: { readonly spec: SpecView }): ReactNode {
  const { pullRequest } = spec;
  return (
    <div className="review">
      {pullRequest === null ? (
        <EmptyState icon={GitPullRequest} title="No pull request yet">
          It is opened when every criterion is met on the whole.
        </EmptyState>
      ) : (
        <section className="card review-pull">
          <header>
            <GitPullRequest className="icon" aria-hidden />
            <h2>{pullRequest.title}</h2>
            <span className="aside">
              {pullRequest.state}, {calendarDay(pullRequest.openedAt)}, {clockTime(pullRequest.openedAt)}
            </span>
          </header>
          <p>
            <code>{pullRequest.branch}</code> into <code>{pullRequest.base}</code>, at{" "}
            <code>{pullRequest.headCommit.slice(0, 7)}</code>
          </p>
          <div>
            <Button asChild variant="ink">
              <Link to="/specs/$spec/pull-request" params={{ spec: spec.id }}>
                Read the pull request
              </Link>
            </Button>
          </div>
          <p className="meta">Or take the branch into your repository:</p>
          <Command text={`omoios pr take ${spec.label}`} />
        </section>
      )}
      <Unmet spec={spec} />
      {spec.assumptions.length > 0 && (
        <section>
          <h2 className="section-title">Assumed, because nobody said</h2>
          <ul className="bullets">
            {spec.assumptions.map((assumption) => (
              <li key={assumption}>{assumption}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Unmet({ spec: { criteria } }: { readonly spec: SpecView }): ReactNode {
  const unmet = criteria.filter(({ met }) => !met);
  if (unmet.length === 0) return null;
  return (
    <section>
      <h2 className="section-title">
        Not met yet <span className="count">{unmet.length}</span>
      </h2>
      <ul className="card rows unmet">
        {unmet.map(({ label, text, why }) => (
          <li key={label}>
            <span className="id">{label}</span> {text}
            {why !== null && <p className="meta">{why}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
