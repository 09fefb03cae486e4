import { newAttempt, type Attempt } from "@omoios/domain/attempt/attempt";
import { FaultError } from "@omoios/domain/shared/fault";
import { validationMoved } from "../use-cases/happened.ts";
import { moveValidation } from "../use-cases/move-validation.ts";
import { record } from "../use-cases/record.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Proposal } from "./propose.ts";

/** Who judges, as the agent of a validation. */
const validator = "validator";

/** The validation of a round of proof, made when it is not there yet. */
export async function validationOf(
  parts: AttemptParts,
  run: AttemptRun,
  over: { readonly proposal: Proposal; readonly number: number },
): Promise<Attempt> {
  return record(parts, run.project.id, async (tx, emit) => {
    const judged = await parts.attempts.fence(tx, run.holder);
    const known = await parts.attempts.validations({ attemptId: judged.id }, tx);
    const found = known.find(({ number }) => number === over.number);
    if (found !== undefined) return found;
    const validation = newAttempt({
      ...judged,
      id: parts.identities.uuid(),
      number: over.number,
      kind: "validation",
      judges: judged.id,
      agent: validator,
      strategy: "first",
      model: run.spec.settings.model,
      baseCommit: over.proposal.specTip,
      tip: over.proposal.commit,
      createdAt: parts.clock.now(),
    });
    await parts.attempts.create(tx, validation);
    emit(validationMoved({ task: run.task, judged }, validation, null));
    return validation;
  });
}

/**
 * Claims a validation for whoever runs the attempt it judges: a process that lost that one gets `stale` here, and one that
 * had claimed this before has lost it.
 */
export async function claimValidation(parts: AttemptParts, run: AttemptRun, { id }: Attempt): Promise<AttemptRun> {
  return record(parts, run.project.id, async (tx, emit) => {
    const judged = await parts.attempts.fence(tx, run.holder);
    const about = { judged, task: run.task };
    const seen = await parts.attempts.get(id, tx);
    const awake =
      seen.state === "parked"
        ? await moveValidation(parts, { tx, emit }, { ...about, validation: seen, move: "wake", patch: unparked })
        : seen;
    const attempt = await parts.attempts.claim(tx, { id, jobId: awake.jobId, at: parts.clock.now() });
    if (attempt === null) throw new FaultError({ kind: "stale", what: "attempt", id });
    emit(validationMoved(about, attempt, awake.state));
    return { ...run, attempt, holder: { id, epoch: attempt.epoch } };
  });
}

const unparked = { parkedUntil: null, reason: null } as const;

/** The model is asked from now on; what it is told stays with the validation. */
export async function beginJudging(
  parts: AttemptParts,
  run: AttemptRun,
  of: { readonly judging: AttemptRun; readonly brief: string },
): Promise<void> {
  await record(parts, run.project.id, async (tx, emit) => {
    const validation = await parts.attempts.fence(tx, of.judging.holder);
    const startedAt = validation.startedAt ?? parts.clock.now();
    const patch = { brief: of.brief, startedAt };
    await moveValidation(parts, { tx, emit }, { judged: run.attempt, task: run.task, validation, move: "work", patch });
  });
}
