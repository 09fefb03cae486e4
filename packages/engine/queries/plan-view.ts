import type { PlanView, QuestionView } from "@omoios/contract/http-plan";
import { syncSchema } from "@omoios/contract/phase-sync";
import { currentOutput, outputRef, stalePhases } from "@omoios/domain/spec/pipeline";
import { phases } from "@omoios/domain/spec/state";
import type { PhaseOutput, Question } from "../ports/plan-store.ts";
import { currentQuestions } from "../planning/planning-run.ts";
import { standingOutputs } from "../planning/read-plan.ts";

/** The plan as it stands, from the outputs that stand. */
export function planView(outputs: readonly PhaseOutput[]): PlanView {
  const { prd, requirements, design, work } = standingOutputs(outputs);
  const sync = currentOutput(outputs, "SYNC");
  return {
    prd,
    requirements,
    design,
    work,
    sync: sync?.status === "finished" ? syncSchema.parse(sync.output) : null,
    stale: [...stalePhases(outputs)],
    standing: phases.flatMap((phase) => {
      const current = currentOutput(outputs, phase);
      return current?.status === "finished" ? [{ phase, output: outputRef(current), score: current.score }] : [];
    }),
  };
}

/** What the plan that stands asks, answered or not. */
export function questionViews(
  outputs: readonly PhaseOutput[],
  questions: readonly Question[],
): readonly QuestionView[] {
  return currentQuestions(outputs, questions).map(({ number, text, why, proposal, answer, answeredBy }) => ({
    number,
    text,
    why,
    proposal,
    answer,
    answeredBy,
  }));
}
