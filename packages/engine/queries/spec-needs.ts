import type { SpecStanding } from "@omoios/contract/http-system";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { isLiveAttempt } from "@omoios/domain/attempt/state";
import { label } from "@omoios/domain/shared/label";
import { needsOf } from "@omoios/domain/spec/needs";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { currentQuestions } from "../planning/planning-run.ts";
import type { ReadParts } from "./read-parts.ts";
import { timeOrNull } from "./spec-summary.ts";

type NeedView = SpecStanding["needs"][number];
type TaskRef = NonNullable<NeedView["task"]>;
type Work = SpecStanding["working"][number];

/** What a spec needs from a person. */
export function needViews(
  spec: Spec,
  facts: { readonly tasks: readonly Task[]; readonly openQuestions: number },
): NeedView[] {
  return needsOf(spec, facts).map(({ kind, text, taskId }) => ({ kind, text, task: taskRef(facts.tasks, taskId) }));
}

/** Questions of the planner nobody has answered. Only planning asks, and to know it every output of the plan is read. */
export async function countOpenQuestions(parts: Pick<ReadParts, "plans">, spec: Spec): Promise<number> {
  if (spec.status !== "planning") return 0;
  const [outputs, questions] = await Promise.all([parts.plans.phaseOutputs(spec.id), parts.plans.questions(spec.id)]);
  return currentQuestions(outputs, questions).filter(({ answer }) => answer === null).length;
}

/** The attempts that are under way at the tasks. */
export function workViews(live: readonly Attempt[], tasks: readonly Task[]): Work[] {
  return live.flatMap((attempt) => {
    const { number, state, agentState, startedAt, beatAt } = attempt;
    const task = taskRef(tasks, attempt.taskId);
    if (task === null || !isLiveAttempt(state)) return [];
    const times = { startedAt: timeOrNull(startedAt), beatAt: timeOrNull(beatAt) };
    return [{ task, attempt: number, state, agentState, ...times }];
  });
}

function taskRef(tasks: readonly Task[], id: string | null): TaskRef | null {
  const task = tasks.find((each) => each.id === id);
  return task === undefined ? null : { id: task.id, label: label("TSK", task.number), title: task.title };
}
