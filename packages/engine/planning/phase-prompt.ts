import { designSchema } from "@omoios/contract/phase-design";
import type { ExploreOutput } from "@omoios/contract/phase-explore";
import { prdSchema } from "@omoios/contract/phase-prd";
import { requirementsSchema } from "@omoios/contract/phase-requirements";
import { workSchema } from "@omoios/contract/phase-tasks";
import { currentOutput, outputRef, stalePhases } from "@omoios/domain/spec/pipeline";
import { phases, type Phase } from "@omoios/domain/spec/state";
import type { z } from "zod";
import { data } from "../prompts/data-block.ts";
import { repositoryOverview } from "../prompts/repository-overview.ts";
import type { PhaseFinding, PhaseOutput } from "../ports/plan-store.ts";
import { currentQuestions, type PlanningRun } from "./planning-run.ts";
import { standingOutputs } from "./read-plan.ts";

/** What a planner is given for these phases: the request, everything made before, and why it is asked again. */
export async function phasePrompt(run: PlanningRun, made: readonly Phase[]): Promise<string> {
  const [first = "TASKS"] = made;
  const { overview, explored } = standingOutputs(run.outputs);
  const earlier = phases.slice(phases.indexOf("PRD"), phases.indexOf(first));
  return [
    data("request", run.spec.request),
    data("repository", overview ?? (await repositoryOverview(run.hub, run.spec.baseCommit))),
    ...(explored === null ? [] : [exploredBlock(explored)]),
    ...earlier.flatMap((phase) => finishedBlock(run, phase)),
    ...criticisedBlock(run, earlier),
    ...answersBlock(run),
    ...askedAgain(run, made),
  ].join("\n\n");
}

/** An agent's word, as far as code has looked it up. */
function exploredBlock(explored: NonNullable<ExploreOutput["explored"]>): string {
  const note =
    "What an agent found out in it. Where it says verified, code has found the file, or the program of the command; the rest is the agent's word. Build on nothing that says verified: false.";
  return `${note}\n${jsonBlock("exploration", explored)}`;
}

function finishedBlock(run: PlanningRun, phase: Phase): readonly string[] {
  const current = currentOutput(run.outputs, phase);
  return current?.status === "finished" ? [jsonBlock(phase.toLowerCase(), inReadingOrder(phase, current.output))] : [];
}

const schemas: Partial<Record<Phase, z.ZodType>> = {
  PRD: prdSchema,
  REQUIREMENTS: requirementsSchema,
  DESIGN: designSchema,
  TASKS: workSchema,
};

/** The keys of an output as its schema has them: what was stored comes back in an order that means nothing. */
function inReadingOrder(phase: Phase, output: unknown): unknown {
  return schemas[phase]?.parse(output) ?? output;
}

/** What the evaluator missed in documents that passed all the same, so that the next phase can make up for it. */
function criticisedBlock(run: PlanningRun, earlier: readonly Phase[]): readonly string[] {
  const lines = earlier.flatMap((phase) => {
    const current = currentOutput(run.outputs, phase);
    if (current?.status !== "finished" || current.evaluation === null) return [];
    return Object.entries(current.evaluation)
      .filter(([, { score }]) => score < 1)
      .map(([standard, { score, reason }]) => `- ${phase}, ${standard} (${score.toFixed(2)}): ${reason}`);
  });
  if (lines.length === 0) return [];
  const note = "These documents passed, and this was missed in them. Make up for what is yours to decide.";
  return [`${note}\n${data("criticism", lines.join("\n"))}`];
}

function jsonBlock(name: string, value: unknown): string {
  return data(name, JSON.stringify(value, null, 1));
}

function answersBlock(run: PlanningRun): readonly string[] {
  const answered = currentQuestions(run.outputs, run.questions).filter((question) => question.answer !== null);
  if (answered.length === 0) return [];
  const lines = answered.map(
    ({ text, answer, answeredBy }) =>
      `${text}\n→ ${answer ?? ""} (${answeredBy === "person" ? "said by the person" : "assumed"})`,
  );
  return [data("answers", lines.join("\n\n"))];
}

/** Why the phase is made again: its gate, a person, or a change of what it was made from. */
function askedAgain(run: PlanningRun, made: readonly Phase[]): readonly string[] {
  const newest = made.flatMap((phase) => newestOf(run.outputs, phase) ?? []);
  const findings = newest.filter((output) => output.status === "refused").flatMap((output) => output.findings);
  const reason = made.flatMap((phase) => rejectionOf(run, phase) ?? []).at(-1);
  const stale = stalePhases(run.outputs).some((phase) => made.includes(phase));
  if (findings.length === 0 && reason === undefined && !stale) return [];
  return [
    jsonBlock("your-last-answer", Object.assign({}, ...newest.map(lastAnswer))),
    ...(stale ? ["What your last answer was made from has changed. Keep what still holds."] : []),
    ...(reason === undefined ? [] : [`A person sent your plan back:\n${data("reason", reason)}`]),
    ...(findings.length === 0
      ? []
      : [`Your last answer was refused. Mend all of this:\n${findings.map(findingLine).join("\n")}`]),
    "Give a whole new answer, not only what changes.",
  ];
}

/** What was refused may not fit its schema any more; then it is shown as it is stored. */
function lastAnswer({ phase, output }: PhaseOutput): unknown {
  const read = schemas[phase]?.safeParse(output);
  return read?.success === true ? read.data : output;
}

function newestOf(outputs: readonly PhaseOutput[], phase: Phase): PhaseOutput | null {
  return outputs
    .filter((output) => output.phase === phase)
    .reduce<PhaseOutput | null>(
      (newest, one) => (newest === null || one.version > newest.version ? one : newest),
      null,
    );
}

/** The reason for which the output that stands was sent back. */
function rejectionOf(run: PlanningRun, phase: Phase): string | null {
  const current = currentOutput(run.outputs, phase);
  if (current === null) return null;
  return run.approvals.findLast((approval) => approval.sentBack === outputRef(current))?.reason ?? null;
}

function findingLine({ rule, at, message, fix }: PhaseFinding): string {
  return `- ${at}: ${message} (${rule}). ${fix}`;
}
