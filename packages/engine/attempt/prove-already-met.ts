import type { FeedbackItem } from "@omoios/domain/attempt/attempt";
import type { Evidence } from "@omoios/domain/proof/evidence";
import { judgeCriteria } from "@omoios/domain/proof/judge";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { validate } from "./validate.ts";

/**
 * Checks that are green before any work are either a goal that is reached or checks that cannot fail. The validator says
 * which; when it does not find the goal reached, the plan's checks prove nothing and a person has to decide.
 */
export async function proveAlreadyMet(
  parts: AttemptParts,
  run: AttemptRun,
  base: { readonly commit: string; readonly evidence: readonly Evidence[] },
): Promise<Ending> {
  const tree = await run.hub.treeOf(base.commit);
  const verdicts = await validate(parts, run, {
    proposal: { kind: "proposed", specTip: base.commit, commit: base.commit, tree },
    evidence: base.evidence,
    round: 0,
  });
  const judgements = judgeCriteria({
    criteria: run.criteria,
    checks: run.checks,
    evidence: base.evidence,
    verdicts,
    tree,
  });
  const open = judgements.filter((judgement) => {
    const verdict = verdicts.find((one) => one.criterionId === judgement.criterionId);
    return judgement.standing !== "met" || verdict === undefined || verdict.voidReason !== null;
  });
  if (open.length === 0) return { kind: "already_met" };
  const items = open.map((judgement): FeedbackItem => ({
    subject: judgement.label,
    message: judgement.reason,
    tail: null,
  }));
  const why = [...new Set(items.map((item) => item.message))].join("; ");
  const message = `Its checks pass before any work, so they prove nothing, and the validator does not find the goal reached: ${why}`;
  return { kind: "send_back", move: "fail", feedback: { kind: "checks", message, items } };
}
