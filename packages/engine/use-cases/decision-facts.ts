import { label } from "@omoios/domain/shared/label";
import type { CriterionJudgement } from "@omoios/domain/proof/judge";
import type { PullRequestFacts } from "@omoios/domain/spec/pull-request-facts";
import type { Spec } from "@omoios/domain/spec/spec";
import { answerTo } from "@omoios/domain/task/message";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { MessageStore } from "../ports/message-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";

interface DecisionParts {
  readonly plans: PlanStore;
  readonly messages: MessageStore;
}

/** What people, or a policy in their place, decided about a spec: answers, approvals, and a yes to a criterion. */
export async function decisionFacts(
  parts: DecisionParts,
  spec: Spec,
  tasks: readonly Task[],
): Promise<PullRequestFacts["decisions"]> {
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
  return [...answers, ...approvals, ...accepted, ...(await answeredAgents(parts, tasks))];
}

/** What people answered to the questions of agents; an answer by policy is an assumption. */
async function answeredAgents(parts: DecisionParts, tasks: readonly Task[]): Promise<PullRequestFacts["decisions"]> {
  const said = await Promise.all(
    tasks.map(async (task) => ({ task: taskLabel(task), messages: await parts.messages.ofTask(task.id) })),
  );
  return said.flatMap(({ task, messages }) =>
    messages.flatMap(({ from, text }) => {
      const answer = from === "agent" ? answerTo(messages, text) : null;
      return answer?.from === "person"
        ? [{ what: `${task} asked: ${text} ${answer.text}`, by: "person" as const }]
        : [];
    }),
  );
}

/** Tasks that did not complete and were not made up for by others, and criteria a person agreed to go without. */
export async function leftUndone(
  parts: Pick<DecisionParts, "plans">,
  spec: Spec,
  { standings, tasks }: { readonly standings: readonly CriterionJudgement[]; readonly tasks: readonly Task[] },
): Promise<readonly string[]> {
  const met = new Set(standings.filter((one) => one.standing === "met").map((one) => one.criterionId));
  const left: string[] = [];
  const broughtIn = tasks.findLast((task) => task.mergeCommit !== null && task.status === "complete")?.number ?? 0;
  for (const { id, number, title, status, mergeCommit } of tasks.filter((task) => task.status !== "complete")) {
    if (mergeCommit !== null && number < broughtIn) continue;
    const own = await parts.plans.criteriaOfTask(id);
    if (own.length > 0 && own.every((criterion) => met.has(criterion.id))) continue;
    left.push(`${label("TSK", number)} ${title}: ${status}`);
  }
  const accepted = (await parts.plans.criteria(spec.id)).flatMap(({ id, label: name, text, acceptedReason }) =>
    acceptedReason === null || met.has(id) ? [] : [`${name} ${text}: left out, ${acceptedReason}`],
  );
  return [...left, ...accepted];
}
