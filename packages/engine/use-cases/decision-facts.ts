import { label } from "@omoios/domain/shared/label";
import type { CriterionJudgement } from "@omoios/domain/proof/judge";
import type { PullRequestFacts } from "@omoios/domain/spec/pull-request-facts";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import type { PlanStore } from "../ports/plan-store.ts";

interface DecisionParts {
  readonly plans: PlanStore;
}

/** What people, or a policy in their place, decided about a spec: answers, approvals, and a yes to a criterion. */
export async function decisionFacts(parts: DecisionParts, spec: Spec): Promise<PullRequestFacts["decisions"]> {
  const answers = (await parts.plans.questions(spec.id)).flatMap(({ text, answer, answeredBy }) =>
    answeredBy === "person" && answer !== null ? [{ what: `${text} ${answer}`, by: answeredBy }] : [],
  );
  const approvals = (await parts.plans.approvals(spec.id)).map(
    ({ subject, decision, sentBack, reason, decidedBy }) => ({
      what:
        decision === "approved"
          ? `${subject === "plan" ? "Plan" : `The ${subject}`} approved${reason === null ? "" : `: ${reason}`}`
          : `${sentBack ?? "Plan"} rejected: ${reason ?? ""}`,
      by: decidedBy,
    }),
  );
  const accepted = (await parts.plans.criteria(spec.id)).flatMap(({ label: name, acceptedReason }) =>
    acceptedReason === null ? [] : [{ what: `${name} accepted: ${acceptedReason}`, by: "person" as const }],
  );
  return [...answers, ...approvals, ...accepted];
}

/** Tasks that did not complete and were not made up for by others, and criteria a person agreed to go without. */
export async function leftUndone(
  parts: DecisionParts,
  spec: Spec,
  { standings, tasks }: { readonly standings: readonly CriterionJudgement[]; readonly tasks: readonly Task[] },
): Promise<readonly string[]> {
  const met = new Set(standings.filter((one) => one.standing === "met").map((one) => one.criterionId));
  const left: string[] = [];
  for (const { id, number, title, status } of tasks.filter((task) => task.status !== "complete")) {
    const own = await parts.plans.criteriaOfTask(id);
    if (own.length > 0 && own.every((criterion) => met.has(criterion.id))) continue;
    left.push(`${label("TSK", number)} ${title}: ${status}`);
  }
  const accepted = (await parts.plans.criteria(spec.id)).flatMap(({ id, label: name, text, acceptedReason }) =>
    acceptedReason === null || met.has(id) ? [] : [`${name} ${text}: left out, ${acceptedReason}`],
  );
  return [...left, ...accepted];
}
