import type { NewEvent } from "@omoios/contract/events";
import { verdictsSchema, type Verdicts } from "@omoios/contract/verdicts";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { citedCommands, falseCitation, type CommandRun } from "@omoios/domain/proof/command-run";
import { voidReason } from "@omoios/domain/proof/judge";
import { isCutDiff } from "@omoios/domain/shared/cut-diff";
import { z } from "zod";
import { goalLines } from "../prompts/brief.ts";
import { data } from "../prompts/data-block.ts";
import { moveValidation } from "../use-cases/move-validation.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { hear, mayAsk } from "./hear-validator.ts";
import type { Proposal } from "./propose.ts";
import { step } from "./step.ts";
import { beginJudging, claimValidation, validationOf } from "./validation.ts";

const maxDiffBytes = 120_000;

const answersSchema = z.object({ answers: z.array(verdictsSchema) });
const validatedSchema = z.object({ id: z.string() });

interface Judged {
  readonly proposal: Proposal;
  readonly evidence: readonly Evidence[];
  readonly round: number;
}

/**
 * Has the validator judge the task's criteria, in an attempt of its own beside the one it judges, unless it has judged the
 * very same diff in an earlier round of this attempt. It sees the goal, the diff and what the checks did, never the
 * agent's words. What it cites is checked by code; when a verdict does not hold it is told why and asked once more, and
 * whatever does not hold then is stored with the reason. Slips of a validator should not cost an agent's work.
 */
export async function validate(parts: AttemptParts, run: AttemptRun, over: Judged): Promise<readonly Verdict[]> {
  const number = Math.max(1, over.round);
  const { id } = await step(parts, run, {
    name: `validation-${number}`,
    output: validatedSchema,
    body: async () => {
      const held = await validationOfSameDiff(parts, run, over.proposal);
      if (held !== null) return { id: held.id };
      const validation = await validationOf(parts, run, { proposal: over.proposal, number });
      if (validation.state !== "finished") await judge(parts, run, { over, validation });
      return { id: validation.id };
    },
  });
  return (await parts.proofs.verdictsOfSpec(run.spec.id)).filter((verdict) => verdict.validationId === id);
}

/**
 * The validation whose verdicts hold for this candidate as well: it was asked the same about the same goal and the same
 * whole diff, and found every criterion met. What the checks do on the new tree is not its question. Compared is how its
 * brief begins: what a check printed comes after that, and can pretend nothing.
 */
async function validationOfSameDiff(parts: AttemptParts, run: AttemptRun, proposal: Proposal): Promise<Attempt | null> {
  const finished = (await parts.attempts.validations({ attemptId: run.attempt.id })).filter(
    ({ state }) => state === "finished",
  );
  if (finished.length === 0) return null;
  const diff = await diffOf(run, proposal);
  if (isCutDiff(diff)) return null;
  const opening = briefOf(parts, [shownWork(run, diff), ""]);
  const verdicts = (await parts.proofs.verdictsOfSpec(run.spec.id)).filter(
    ({ met, voidReason }) => met && voidReason === null,
  );
  const findsAllMet = ({ id }: Attempt): boolean =>
    run.criteria.every((criterion) =>
      verdicts.some((verdict) => verdict.validationId === id && verdict.criterionId === criterion.id),
    );
  return finished.findLast((one) => one.brief?.startsWith(opening) === true && findsAllMet(one)) ?? null;
}

async function judge(
  parts: AttemptParts,
  run: AttemptRun,
  { over, validation }: { readonly over: Judged; readonly validation: Attempt },
): Promise<void> {
  const { attempt: judged, task } = run;
  const shown = nameEvidence(run, over.evidence);
  const [facts, judging] = await Promise.all([
    userPrompt(run, over.proposal, shown),
    claimValidation(parts, run, validation),
  ]);
  const brief = briefOf(parts, [facts, mayAsk(judging.config.proof.validatorCommands)]);
  await beginJudging(parts, run, { judging, brief });
  const { answers, runs } = await hear(parts, judging, {
    ...{ prompt: facts, judged, commit: over.proposal.commit },
    objections: (answer, seen) => [
      ...withoutVerdict(run, answer),
      ...verdictsOf(parts, judging, { answer, shown, over, runs: seen, judged: judged.id }).flatMap((verdict) =>
        objection(run, verdict),
      ),
    ],
  });
  const verdictsIn = (answer: Verdicts) => verdictsOf(parts, judging, { answer, shown, over, runs, judged: judged.id });
  await step(parts, judging, {
    name: `verdict-${validation.number}`,
    output: answersSchema,
    body: () => Promise.resolve({ answers: [...answers] }),
    commit: async ({ tx, emit, attempt }) => {
      for (const answer of answers) for (const verdict of verdictsIn(answer)) emit(verdictRecorded(run, verdict));
      await parts.proofs.addVerdicts(tx, answers.slice(-1).flatMap(verdictsIn));
      const patch = { endedAt: parts.clock.now() };
      await moveValidation(parts, { tx, emit }, { judged, task, validation: attempt, move: "finish", patch });
    },
  });
}

function objection(run: AttemptRun, verdict: Verdict): readonly string[] {
  return verdict.voidReason === null ? [] : [`- ${labelOf(run, verdict.criterionId)}: ${verdict.voidReason}`];
}

function withoutVerdict(run: AttemptRun, { verdicts }: Verdicts): readonly string[] {
  const missing = run.criteria.filter(({ label }) => !verdicts.some(({ criterion }) => criterion === label));
  return missing.map(({ label }) => `- ${label}: it has no verdict`);
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
    readonly runs: readonly CommandRun[];
    readonly judged: string;
  },
): readonly Verdict[] {
  return run.criteria.flatMap((criterion): readonly Verdict[] => {
    const answers = from.answer.verdicts.filter((verdict) => verdict.criterion === criterion.label);
    const [answer] = answers;
    if (answer === undefined) return [];
    const commands = citedCommands(answer.evidence);
    const claim = {
      criterionId: criterion.id,
      candidateCommit: from.over.proposal.commit,
      met: answer.met,
      evidence: answer.evidence
        .filter((name) => !commands.includes(name))
        .map((name) => from.shown.get(name)?.id ?? name),
    };
    const falsely = falseCitation(commands, from.runs, claim.candidateCommit);
    const checks = run.checks.filter((check) => check.criterionId === criterion.id);
    const contradiction = answers.length > 1 ? "it gives the criterion more than one verdict" : null;
    return [
      {
        ...claim,
        attemptId: from.judged,
        validationId: run.attempt.id,
        confidence: answer.confidence,
        reasoning: answer.reasoning,
        commands,
        voidReason: contradiction ?? falsely ?? voidReason(claim, from.over.evidence, checks),
        createdAt: parts.clock.now(),
      },
    ];
  });
}

async function userPrompt(run: AttemptRun, proposal: Proposal, shown: NamedEvidence): Promise<string> {
  const evidence = [...shown].map(([name, one]) => describe(run, name, one)).join("\n\n");
  return [shownWork(run, await diffOf(run, proposal)), data("evidence", evidence)].join("\n\n");
}

/** What is to be judged: the goal, and what was done for it. */
function shownWork(run: AttemptRun, diff: string): string {
  return [data("goal", goalLines(run.requirements, run.criteria).join("\n")), data("diff", diff)].join("\n\n");
}

function diffOf(run: AttemptRun, { specTip, commit }: Proposal): Promise<string> {
  return run.hub.diff(specTip, commit, { maxBytes: maxDiffBytes });
}

/** All a validator is told, as it is kept. */
function briefOf(parts: Pick<AttemptParts, "prompts">, told: readonly string[]): string {
  return [parts.prompts.validate.text.trim(), ...told].join("\n\n");
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
