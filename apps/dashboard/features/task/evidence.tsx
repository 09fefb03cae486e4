import type { AttemptView, EvidenceView, TaskView, VerdictView } from "@omoios/contract/http-task";
import type { ReactNode } from "react";
import { clockTime } from "../../ui/ages.ts";
import { CheckRun } from "../../ui/check-run.tsx";
import { proofWords } from "../../ui/proof-bar.tsx";
import { proofLooks } from "../../ui/proof-looks.ts";
import { criterionProofs, type CriterionProof } from "./criterion-proofs.ts";

interface EvidenceProps {
  readonly task: TaskView;
  readonly attempt: AttemptView | undefined;
}

/** What the attempt that is looked at proved, criterion by criterion, with what the checks printed. */
export function Evidence({ task, attempt }: EvidenceProps): ReactNode {
  const proofs = criterionProofs(task, attempt);
  const landed = attempt?.candidates.at(-1)?.commit;
  return (
    <section className="evidence" aria-labelledby="evidence">
      <h2 id="evidence" className="section-title">
        Evidence
        {landed !== undefined && (
          <span className="aside">
            commit <code>{landed.slice(0, 7)}</code>
          </span>
        )}
      </h2>
      <ul>
        {proofs.map((proof) => (
          <Proof key={proof.label} proof={proof} />
        ))}
      </ul>
      <h2 className="section-title">How the proof is made</h2>
      <p className="meta">
        Each check runs in a fresh sandbox at the commit that would land. The agent cannot reach it, and its exit code
        is read by OmoiOS, not by a model.
      </p>
      <dl className="evidence-facts">
        <dt>Branch</dt>
        <dd>
          <code>{task.branch}</code>
        </dd>
        <dt>May change</dt>
        <dd>{task.declaredFiles.length === 0 ? "not declared" : <code>{task.declaredFiles.join(", ")}</code>}</dd>
        {attempt !== undefined && (
          <>
            <dt>Agent</dt>
            <dd>{attempt.agent}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Proof({ proof }: { readonly proof: CriterionProof }): ReactNode {
  const { icon: Icon, tone } = proofLooks[proof.state];
  return (
    <li className="proof">
      <Icon className="icon" data-tone={tone} aria-hidden />
      <div>
        <p className="proof-text">
          <span>
            <span className="id">{proof.label}</span> {proof.text}
          </span>
          <span className="criterion-word" data-tone={tone}>
            {proofWords[proof.state]}
          </span>
        </p>
        {proof.runs.map((run) => (
          <CheckRun key={run.id} run={run} at={placeOf(run)} open={!run.passed && run.subject !== "base"} />
        ))}
        {proof.verdict !== null && <Verdict verdict={proof.verdict} />}
      </div>
    </li>
  );
}

/** Which tree a check ran on, and when. */
function placeOf(run: EvidenceView): string {
  const where = run.subject === "base" ? "before the work" : `on ${run.commit.slice(0, 7)}`;
  return `${where}, ${clockTime(run.endedAt)}`;
}

function Verdict({ verdict }: { readonly verdict: VerdictView }): ReactNode {
  return (
    <p className="meta">
      The validator: {verdict.met ? "met" : "not met"} ({verdict.confidence.toFixed(2)}). {verdict.reasoning}
      {verdict.voidReason !== null && ` Does not count: ${verdict.voidReason}`}
    </p>
  );
}
