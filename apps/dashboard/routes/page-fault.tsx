import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ProblemNotice } from "../ui/problem-notice.tsx";

/** A page that broke while it was drawn; the others go on. */
export function PageFault({ error, reset }: ErrorComponentProps): ReactNode {
  return (
    <div className="page">
      <ProblemNotice error={error} what="This page broke" onRetry={reset} />
    </div>
  );
}
