import type { EvidenceView } from "@omoios/contract/http-task";
import { durationText } from "@omoios/domain/shared/duration";
import type { ReactNode } from "react";
import { OutputText } from "./scrolling.tsx";

interface CheckRunProps {
  readonly run: Pick<EvidenceView, "command" | "exitCode" | "timedOut" | "durationMs" | "tail">;
  /** Where and when, as far as the page does not say it. */
  readonly at: string;
  readonly open?: boolean;
}

/** One run of a check: its command, how it ended, and what it printed last. */
export function CheckRun({ run, at, open = false }: CheckRunProps): ReactNode {
  const ending = run.timedOut ? "timed out" : `exit ${run.exitCode ?? "by signal"}`;
  return (
    <details className="run" open={open}>
      <summary>
        <code>{run.command}</code>
        <span className="meta">
          {ending}, {durationText(run.durationMs)}, {at}
        </span>
      </summary>
      {run.tail.trim() === "" ? <p className="meta">It printed nothing.</p> : <OutputText text={run.tail.trimEnd()} />}
    </details>
  );
}
