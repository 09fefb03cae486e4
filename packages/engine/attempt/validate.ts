import type { NewEvent } from "@omoios/contract/events";
import { verdictsSchema, type Verdicts } from "@omoios/contract/verdicts";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { voidReason } from "@omoios/domain/proof/judge";
import { z } from "zod";
import { goalLines } from "../prompts/brief.ts";
import { data } from "../prompts/data-block.ts";
import { callModel } from "../use-cases/call-model.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Proposal } from "./propose.ts";
import { step } from "./step.ts";

const maxDiffBytes = 120_000;

const validatedSchema = z.object({ answers: z.array(verdictsSchema) });

interface Judged {
  readonly proposal: Proposal;
  readonly evidence: readonly Evidence[];
  readonly round: number;
}

/**
 * Asks the validator about the task's criteria. It sees the goal, the diff and what the checks did, never the agent's
 * words. What it cites is checked by code; when a verdict does not hold it is told why and asked once more, and whatever
 * does not hold then is stored with the reason. Slips of a validator should not cost an agent's work.
 */
export async function validate(parts: AttemptParts, run: AttemptRun, over: Judged): Promise<readonly Verdict[]> {
  const shown = nameEvidence(run, over.evidence);
  const verdictsIn = (answer: Verdicts) => verdictsOf(parts, run, { answer, shown, over });
  const validated = await step(parts, run, {
    name: `verdict-${over.round}`,
    output: validatedSchema,
    body: async () => {
      const prompt = await userPrompt(run, over.proposal, shown);
      const first = await ask(parts, run, prompt);
      const objections = verdictsIn(first).flatMap((verdict) => objection(run, verdict));
      if (objections.length === 0) return { answers: [first] };
      return { answers: [first, await ask(parts, run, `${prompt}\n\n${again}\n${objections.join("\n")}`)] };
    },
    commit: async ({ tx, emit }, { answers }) => {
      for (const answer of answers) for (const verdict of verdictsIn(answer)) emit(verdictRecorded(run, verdict));
      await parts.proofs.addVerdicts(tx, answers.slice(-1).flatMap(verdictsIn));
    },
  });
  return validated.answers.slice(-1).flatMap(verdictsIn);
}

const again = "Your last answer does not count in these points. Answer again, for every criterion:";

function ask(parts: AttemptParts, run: AttemptRun, prompt: string): Promise<Verdicts> {
  return callModel<Verdicts>(parts, {
    model: run.spec.settings.model,
    role: "validate",
    system: parts.prompts.validate,
    specId: run.spec.id,
    attempt: { id: run.attempt.id, taskId: run.task.id, epoch: run.holder.epoch },
    turn: run.attempt.number - 1,
    prompt,
    schema: verdictsSchema,
    signal: run.signal,
  });
}

function objection(run: AttemptRun, verdict: Verdict): readonly string[] {
  return verdict.voidReason === null ? [] : [`- ${labelOf(run, verdict.criterionId)}: ${verdict.voidReason}`];
}

function verdictRecorded(run: AttemptRun, verdict: Verdict): NewEvent {
  const { met, confidence, voidReason } = verdict;
  const criterion = labelOf(run, verdict.criterionId);
  return {
    type: "verdict.recorded",
    ...about(run),
    payload: { ...named(run), criterion, met, confidence, voidReason },
  };
}

function labelOf(run: AttemptRun, criterionId: string): string {
  return run.criteria.find((criterion) => criterion.id === criterionId)?.label ?? "?";
}

type NamedEvidence = ReadonlyMap<string, Evidence>;

/** Short names for the evidence of this task's criteria, so that a model can cite without copying identifiers. */
function nameEvidence(run: AttemptRun, evidence: readonly Evidence[]): NamedEvidence {
  const own = evidence.filter((one) => run.checks.some((check) => check.id === one.checkId));
  return new Map(own.map((one, index) => [`E${index + 1}`, one]));
}

function verdictsOf(
  parts: AttemptParts,
  run: AttemptRun,
  from: {
    readonly answer: Verdicts;
    readonly shown: NamedEvidence;
    readonly over: Judged;
  },
): readonly Verdict[] {
  return run.criteria.flatMap((criterion): readonly Verdict[] => {
    const answers = from.answer.verdicts.filter((verdict) => verdict.criterion === criterion.label);
    const [answer] = answers;
    if (answer === undefined) return [];
    const claim = {
      criterionId: criterion.id,
      candidateCommit: from.over.proposal.commit,
      met: answer.met,
      evidence: answer.evidence.map((name) => from.shown.get(name)?.id ?? name),
    };
    const checks = run.checks.filter((check) => check.criterionId === criterion.id);
    const contradiction = answers.length > 1 ? "it gives the criterion more than one verdict" : null;
    return [
      {
        ...claim,
        attemptId: run.attempt.id,
        confidence: answer.confidence,
        reasoning: answer.reasoning,
        voidReason: contradiction ?? voidReason(claim, from.over.evidence, checks),
        createdAt: parts.clock.now(),
      },
    ];
  });
}

async function userPrompt(run: AttemptRun, proposal: Proposal, shown: NamedEvidence): Promise<string> {
  const goal = goalLines(run.requirements, run.criteria).join("\n");
  const diff = await run.hub.diff(proposal.specTip, proposal.commit, { maxBytes: maxDiffBytes });
  const evidence = [...shown].map(([name, one]) => describe(run, name, one)).join("\n\n");
  return [data("goal", goal), data("diff", diff), data("evidence", evidence)].join("\n\n");
}

function describe(run: AttemptRun, name: string, evidence: Evidence): string {
  const check = run.checks.find((candidate) => candidate.id === evidence.checkId);
  const criterion = run.criteria.find((candidate) => candidate.id === check?.criterionId);
  const files = (check?.files ?? []).map((file) => `The check's own file ${file.path}:\n${data("file", file.content)}`);
  return [
    `${name}: criterion ${criterion?.label ?? "?"}, on ${evidence.subject === "base" ? "the tree before any work" : "the candidate"}`,
    `Command: ${check?.command ?? "?"} (in ${check?.directory ?? "."})`,
    `Result: ${evidence.passed ? "passed" : "failed"}, ${evidence.timedOut ? "timed out" : `exit code ${evidence.exitCode ?? "none (signal)"}`}`,
    ...files,
    `End of the output:\n${data("output", evidence.tail)}`,
  ].join("\n");
}
