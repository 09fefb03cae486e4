import { label } from "@omoios/domain/shared/label";
import { outputRef } from "@omoios/domain/spec/pipeline";
import type { Phase } from "@omoios/domain/spec/state";
import { prdSchema } from "@omoios/contract/phase-prd";
import type { PhaseOutput, Question } from "../ports/plan-store.ts";
import { attentionRaised } from "../use-cases/happened.ts";
import type { Emit } from "../use-cases/record.ts";
import type { Transaction } from "../ports/database.ts";
import { authorOf } from "./authors.ts";
import { evaluatePhase } from "./evaluate-phase.ts";
import { phasePrompt } from "./phase-prompt.ts";
import { currentQuestions, type PlanningParts, type PlanningRun } from "./planning-run.ts";
import { standingPlan } from "./read-plan.ts";
import { nextOutputs, storeOutputs } from "./store-outputs.ts";

/**
 * One try at phases that come from one call of a model: rules first, then the evaluator. What is refused is stored too,
 * with every finding, and is what the next try is told; so a process that takes over goes on with the same try. After
 * `gateTries` refusals in a row a person has to look.
 */
export async function makePhases(parts: PlanningParts, run: PlanningRun, made: readonly Phase[]): Promise<void> {
  const author = authorOf(run, made);
  const call = { model: run.spec.settings.model, specId: run.spec.id, attempt: null, signal: run.signal };
  const turn = run.outputs.filter((output) => output.phase === made.at(-1) && output.madeBy === author.role).length;
  const authored = await author.ask(parts, { ...call, turn, prompt: await phasePrompt(run, made) });
  const evaluation = authored.findings.length > 0 ? null : await evaluatePhase(parts, run, authored.values);
  const findings = [...authored.findings, ...(evaluation?.findings ?? [])];
  const outputs = nextOutputs(
    parts,
    run,
    authored.values.map(({ phase, output }) => ({
      phase,
      output,
      status: findings.length === 0 ? ("finished" as const) : ("refused" as const),
      madeBy: author.role,
      promptDigest: run.prompts[author.role].digest,
      findings: phase === made.at(-1) ? findings : [],
      evaluation: evaluation?.scores ?? null,
      score: evaluation?.score ?? null,
    })),
  );
  if (findings.length > 0) await storeRefusal(parts, run, outputs);
  else await storePassed(parts, run, outputs);
}

async function storePassed(parts: PlanningParts, run: PlanningRun, outputs: readonly PhaseOutput[]): Promise<void> {
  const plan = standingPlan([...run.outputs, ...outputs]);
  const title = titleOf(outputs);
  await storeOutputs(parts, run, {
    outputs,
    patch: {
      ...(title === null ? {} : { title }),
      ...(plan === null ? {} : { assumptions: assumptionsOf(run, plan.assumptions) }),
    },
    also: (tx, emit) => askQuestions(parts, run, { tx, emit, outputs }),
  });
}

function titleOf(outputs: readonly PhaseOutput[]): string | null {
  for (const { output } of outputs) {
    if (typeof output === "object" && output !== null && "title" in output && typeof output.title === "string") {
      return output.title;
    }
  }
  return null;
}

/** What was assumed in the requirements, and what nobody answered. */
function assumptionsOf(run: PlanningRun, assumptions: readonly string[]): readonly string[] {
  const unanswered = currentQuestions(run.outputs, run.questions).filter(
    (question) => question.answeredBy === "policy",
  );
  return [...unanswered.map(({ text, proposal }) => `${text} ${proposal}`), ...assumptions];
}

async function askQuestions(
  parts: PlanningParts,
  run: PlanningRun,
  { tx, emit, outputs }: { readonly tx: Transaction; readonly emit: Emit; readonly outputs: readonly PhaseOutput[] },
): Promise<void> {
  const prd = outputs.find((output) => output.phase === "PRD");
  if (prd === undefined) return;
  const questions = prdSchema.parse(prd.output).questions.map((asked, index): Question => ({
    ...asked,
    specId: run.spec.id,
    number: run.questions.length + index + 1,
    askedBy: outputRef(prd),
    answer: null,
    answeredBy: null,
    askedAt: parts.clock.now(),
    answeredAt: null,
  }));
  if (questions.length === 0) return;
  await parts.plans.addQuestions(tx, questions);
  emit({
    type: "questions.asked",
    specId: run.spec.id,
    taskId: null,
    attemptId: null,
    payload: {
      label: label("SPC", run.spec.number),
      questions: questions.map(({ number, text, proposal }) => ({ number, text, proposal })),
    },
  });
}

async function storeRefusal(parts: PlanningParts, run: PlanningRun, outputs: readonly PhaseOutput[]): Promise<void> {
  const refused = outputs.at(-1);
  if (refused === undefined) throw new Error("A refusal is of an output");
  const tries = refusalsInARow([...run.outputs, refused], refused.phase);
  await storeOutputs(parts, run, {
    outputs,
    also: async (tx, emit, spec) => {
      emit({
        type: "gate.refused",
        specId: spec.id,
        taskId: null,
        attemptId: null,
        payload: {
          label: label("SPC", spec.number),
          phase: refused.phase,
          try: tries,
          findings: refused.findings.map(({ rule, at, message }) => ({ rule, at, message })),
        },
      });
      if (tries % run.config.gateTries !== 0) return;
      const reason = refusalText(refused);
      emit(attentionRaised(await parts.specs.patch(tx, spec, { attention: reason }), reason));
    },
  });
}

function refusalsInARow(outputs: readonly PhaseOutput[], phase: Phase): number {
  const versions = outputs.filter((output) => output.phase === phase).toSorted((a, b) => b.version - a.version);
  const passed = versions.findIndex((output) => output.status !== "refused");
  return passed === -1 ? versions.length : passed;
}

function refusalText({ phase, findings }: PhaseOutput): string {
  const what = phase === "TASKS" ? "The plan" : phase;
  return `${what} was refused by the gate: ${findings.map((finding) => `${finding.at}: ${finding.message} (${finding.rule})`).join("; ")}`;
}
