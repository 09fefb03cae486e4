import type { CriterionView } from "@omoios/contract/http-spec";
import { durationText } from "@omoios/domain/shared/duration";
import { Minus, Scale } from "lucide-react";
import type { ReactNode } from "react";
import { clockTime } from "../../ui/ages.ts";
import { proofWords } from "../../ui/proof-bar.tsx";
import { proofLooks } from "../../ui/proof-looks.ts";
import type { ShownCriterion } from "./shown-requirements.ts";

/** One criterion: what has to be true, the command that tells, and what it told; a failed one is open. */
export function CriterionCard({ shown }: { readonly shown: ShownCriterion }): ReactNode {
  if (shown.planned) return <PlannedCriterion {...shown} />;
  const { criterion, state } = shown;
  const { icon: Icon, tone } = proofLooks[state];
  const newest = criterion.evidence.at(-1);
  return (
    <details className="criterion" open={state === "failed"}>
      <summary>
        <Icon className="icon" data-tone={tone} aria-hidden />
        <div>
          <p>
            <span className="id">{criterion.label}</span> {criterion.text}
          </p>
          {criterion.checks.map(({ id, command }) => (
            <code key={id}>{command}</code>
          ))}
        </div>
        <span className="meta">
          {[newest && durationText(newest.durationMs), ...criterion.tasks].filter(Boolean).join(" · ")}
        </span>
        <span className="criterion-word" data-tone={tone}>
          {proofWords[state]}
        </span>
      </summary>
      <CriterionProof criterion={criterion} />
    </details>
  );
}

function PlannedCriterion({ label, text, commands }: Extract<ShownCriterion, { readonly planned: true }>): ReactNode {
  const Icon = commands.length === 0 ? Scale : Minus;
  return (
    <div className="criterion">
      <div className="criterion-planned">
        <Icon className="icon" data-tone="quiet" aria-hidden />
        <div>
          <p>
            <span className="id">{label}</span> {text}
          </p>
          {commands.map((command) => (
            <code key={command}>{command}</code>
          ))}
        </div>
        {commands.length === 0 && <span className="meta">a person judges it</span>}
      </div>
    </div>
  );
}

function CriterionProof({ criterion }: { readonly criterion: CriterionView }): ReactNode {
  const { evidence, verdict, why } = criterion;
  return (
    <div className="criterion-body">
      {why !== null && <p className="criterion-why">{why}</p>}
      {evidence.length === 0 && <p className="meta">Nothing was run for it yet.</p>}
      {evidence.map((run) => (
        <figure key={run.id}>
          <figcaption className="meta">
            {run.timedOut ? "timed out" : `exit ${run.exitCode ?? "by signal"}`}, on{" "}
            <span className="mono">{run.commit.slice(0, 7)}</span> ({run.subject}), {clockTime(run.endedAt)}
          </figcaption>
          {run.tail.trim() !== "" && <pre className="output">{run.tail.trimEnd()}</pre>}
        </figure>
      ))}
      {verdict !== null && (
        <p className="meta">
          The validator: {verdict.reasoning} (confidence {verdict.confidence.toFixed(2)}
          {verdict.voidReason === null ? "" : `; does not count: ${verdict.voidReason}`})
        </p>
      )}
    </div>
  );
}
