import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Question } from "../ports/plan-store.ts";
import type { JobQueue } from "../ports/queue.ts";
import { attentionCleared } from "../use-cases/happened.ts";
import { record } from "../use-cases/record.ts";
import { currentQuestions, type PlanningParts } from "./planning-run.ts";

/** Takes what was proposed as the answer to these questions. */
export async function acceptProposals(
  parts: Pick<PlanningParts, "database" | "events" | "clock" | "plans" | "specs">,
  accept: { readonly spec: Spec; readonly questions: readonly Question[]; readonly by: "policy" | "person" },
): Promise<void> {
  await record(parts, accept.spec.projectId, async (tx, emit) => {
    await parts.specs.patch(tx, accept.spec, {});
    for (const question of accept.questions) {
      const { number, text, proposal } = question;
      await parts.plans.answer(tx, question, { answer: proposal, by: accept.by, at: parts.clock.now() });
      emit(answered(accept.spec, { number, text, answer: proposal, by: accept.by }));
    }
  });
}

export interface GivenAnswer {
  readonly number: number;
  readonly answer: string;
}

/**
 * Stores a person's answers; with the last one planning goes on. `acceptRest` takes the proposals for whatever is not
 * answered. Every answer that fits no open question is refused, and then none is stored.
 */
export async function answerQuestions(
  parts: PlanningParts & { readonly queue: JobQueue },
  given: { readonly specId: string; readonly answers: readonly GivenAnswer[]; readonly acceptRest: boolean },
): Promise<Spec> {
  const { projectId } = await parts.specs.get(given.specId);
  return record(parts, projectId, async (tx, emit) => {
    const spec = await parts.specs.get(given.specId, tx);
    const outputs = await parts.plans.phaseOutputs(spec.id, tx);
    const open = currentQuestions(outputs, await parts.plans.questions(spec.id, tx)).filter(
      (question) => question.answer === null,
    );
    refuseUnknown(spec, open, given.answers);
    let left = open.length;
    for (const question of open) {
      const own = given.answers.find((answer) => answer.number === question.number)?.answer.trim();
      const answer = own ?? (given.acceptRest ? question.proposal : null);
      if (answer === null) continue;
      left -= 1;
      await parts.plans.answer(tx, question, { answer, by: "person", at: parts.clock.now() });
      emit(answered(spec, { number: question.number, text: question.text, answer, by: "person" }));
    }
    const cleared = await parts.specs.patch(tx, spec, left === 0 ? { attention: null } : {});
    if (left > 0) return cleared;
    if (spec.attention !== null) emit(attentionCleared(cleared));
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: spec.id });
    return cleared;
  });
}

function refuseUnknown(spec: Spec, open: readonly Question[], answers: readonly GivenAnswer[]): void {
  const name = label("SPC", spec.number);
  const problems = answers.flatMap(({ number, answer }): readonly Problem[] => {
    const fix = `See the open ones with: omoios answer ${name}`;
    if (!open.some((question) => question.number === number))
      return [{ at: String(number), message: `${name} has no open question ${number}`, fix }];
    return answer.trim() === "" ? [{ at: String(number), message: "the answer is empty", fix }] : [];
  });
  if (problems.length > 0)
    throw new FaultError({ kind: "invalid", message: "These answers cannot be taken", problems });
}

function answered(
  spec: Spec,
  given: { readonly number: number; readonly text: string; readonly answer: string; readonly by: "policy" | "person" },
) {
  return {
    type: "question.answered" as const,
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", spec.number), ...given },
  };
}
