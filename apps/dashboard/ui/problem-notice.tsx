import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { problemOf } from "../api/api-error.ts";
import { Button } from "./button.tsx";

interface ProblemNoticeProps {
  readonly error: unknown;
  /** What could not be done, such as "The spec could not be read". */
  readonly what: string;
  readonly onRetry?: () => void;
}

/** What went wrong, where, and how to fix it, in that order. */
export function ProblemNotice({ error, what, onRetry }: ProblemNoticeProps): ReactNode {
  const problem = problemOf(error);
  return (
    <div className="problem" data-slot="problem" role="alert">
      <TriangleAlert className="icon" aria-hidden />
      <div className="stack">
        <strong>{what}</strong>
        <p>{problem.detail}</p>
        {problem.problems.length > 0 && (
          <ul>
            {problem.problems.map(({ at, message, fix }) => (
              <li key={`${at} ${message}`}>
                <code>{at}</code> {message}
                {fix !== undefined && `. ${fix}`}
              </li>
            ))}
          </ul>
        )}
        {problem.fixes.map((fix) => (
          <p key={fix} className="problem-fix">
            {fix}
          </p>
        ))}
        {onRetry !== undefined && (
          <div>
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
