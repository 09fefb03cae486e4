import { verdictsSchema, type Verdicts } from "@omoios/contract/verdicts";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { voidReason } from "@omoios/domain/proof/judge";
import { z } from "zod";
import { data } from "../prompts/data-block.ts";
import { callModel } from "../use-cases/call-model.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Proposal } from "./propose.ts";
import { step } from "./step.ts";

const maxDiffBytes = 120_000;

const validatedSchema = z.object({ answer: verdictsSchema });

/**
 * Asks the validator about the task's criteria. It sees the criteria, the diff and what the checks did, never the
 * agent's words; what it cites is checked by code, and a verdict that does not hold is stored with the reason why.
 */
export async function validate(
  parts: AttemptParts,
  run: AttemptRun,
  over: { readonly proposal: Proposal; readonly evidence: readonly Evidence[]; readonly round: number },
): Promise<readonly Verdict[]> {
  const shown = nameEvidence(run, over.evidence);
  const validated = await step(parts, run, {
    name: `verdict-${over.round}`,
    output: validatedSchema,
    body: async () => ({
      answer: await callModel<Verdicts>(parts, {
        model: run.spec.settings.model,
        role: "validate",
        system: parts.prompts.validate,
        specId: run.spec.id,
        attemptId: run.attempt.id,
        turn: run.attempt.number - 1,
        prompt: await userPrompt(run, over.proposal, shown),
        schema: verdictsSchema,
        signal: run.signal,
      }),
    }),
    commit: async ({ tx, emit }, output) => {
      const verdicts = verdictsOf(parts, run, { answer: output.answer, shown, over });
      await parts.proofs.addVerdicts(tx, verdicts);
      for (const verdict of verdicts) {
        emit({
          type: "verdict.recorded",
          ...about(run),
          payload: {
            ...named(run),
            criterion: run.criteria.find((criterion) => criterion.id === verdict.criterionId)?.label ?? "?",
            met: verdict.met,
            confidence: verdict.confidence,
            voidReason: verdict.voidReason,
          },
        });
      }
    },
  });
  return verdictsOf(parts, run, { answer: validated.answer, shown, over });
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
    readonly over: { readonly proposal: Proposal; readonly evidence: readonly Evidence[] };
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
  const criteria = run.criteria.map((criterion) => `${criterion.label}: ${criterion.text}`).join("\n");
  const diff = await run.hub.diff(proposal.specTip, proposal.commit, maxDiffBytes);
  const evidence = [...shown].map(([name, one]) => describe(run, name, one)).join("\n\n");
  return [data("criteria", criteria), data("diff", diff), data("evidence", evidence)].join("\n\n");
}

function describe(run: AttemptRun, name: string, evidence: Evidence): string {
  const check = run.checks.find((candidate) => candidate.id === evidence.checkId);
  const criterion = run.criteria.find((candidate) => candidate.id === check?.criterionId);
  const files = (check?.files ?? []).map((file) => `The check's own file ${file.path}:\n${file.content}`);
  return [
    `${name}: criterion ${criterion?.label ?? "?"}, on the candidate`,
    `Command: ${check?.command ?? "?"} (in ${check?.directory ?? "."})`,
    `Result: ${evidence.passed ? "passed" : "failed"}, ${evidence.timedOut ? "timed out" : `exit code ${evidence.exitCode ?? "none (signal)"}`}`,
    ...files,
    `End of the output:\n${evidence.tail}`,
  ].join("\n");
}
