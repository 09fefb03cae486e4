import { evaluationSchema, type EvaluationAnswer } from "@omoios/contract/evaluation";
import { evaluate, readStandards, type StandardScore } from "@omoios/domain/spec/evaluation";
import type { Phase } from "@omoios/domain/spec/state";
import { data } from "../prompts/data-block.ts";
import type { PhaseFinding } from "../ports/plan-store.ts";
import { standardsNames, type StandardsName } from "../ports/prompts.ts";
import { callModel } from "../use-cases/call-model.ts";
import type { PlanningParts, PlanningRun } from "./planning-run.ts";
import { phasePrompt } from "./phase-prompt.ts";

export interface PhaseEvaluation {
  readonly score: number;
  readonly scores: Readonly<Record<string, StandardScore>>;
  /** Empty when it passes. */
  readonly findings: readonly PhaseFinding[];
}

/**
 * Has a model score an answer that passed the rules, standard by standard; code says whether that is enough. Null where
 * the configuration asks for no evaluation of this size.
 */
export async function evaluatePhase(
  parts: PlanningParts,
  run: PlanningRun,
  values: readonly { readonly phase: Phase; readonly output: unknown }[],
): Promise<PhaseEvaluation | null> {
  const phase = values.at(-1)?.phase ?? "TASKS";
  const name = standardsNames.find((one): one is StandardsName => one === phase.toLowerCase());
  if (name === undefined || !run.config.evaluate.includes(run.spec.size)) return null;
  const standards = readStandards(run.standards[name].text);
  if (standards.length === 0) return null;
  const { scores } = await callModel<EvaluationAnswer>(parts, {
    model: run.spec.settings.model,
    role: `evaluate-${name}`,
    system: run.prompts.evaluate,
    specId: run.spec.id,
    attempt: null,
    turn: run.outputs.filter((output) => output.phase === phase && output.evaluation !== null).length,
    prompt: [
      await phasePrompt({ ...run, approvals: [], outputs: earlierOutputs(run, phase) }, [phase]),
      data("answer", JSON.stringify(Object.assign({}, ...values.map((value) => value.output)), null, 1)),
      data("standards", standards.map((standard) => `${standard.name}: ${standard.text}`).join("\n\n")),
    ].join("\n\n"),
    schema: evaluationSchema(standards.map((standard) => standard.name)),
    signal: run.signal,
  });
  const { score, failing } = evaluate(scores, run.config);
  const findings = failing.map((standard): PhaseFinding => ({
    rule: "standard",
    at: standard,
    message: `${scores[standard]?.reason ?? ""} (scored ${(scores[standard]?.score ?? 0).toFixed(2)})`,
    fix: standards.find((one) => one.name === standard)?.text ?? "",
  }));
  return { score, scores, findings };
}

/** The evaluator sees the answer as it is, not how often it was asked for, nor what was said of what it is made from. */
function earlierOutputs(run: PlanningRun, phase: Phase): PlanningRun["outputs"] {
  return run.outputs.filter((output) => output.phase !== phase).map((output) => ({ ...output, evaluation: null }));
}
