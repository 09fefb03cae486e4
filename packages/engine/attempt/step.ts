import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { z } from "zod";
import { record, type Emit } from "../use-cases/record.ts";
import type { Transaction } from "../ports/database.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";

export interface StepDefinition<Output> {
  /** Unique in the attempt. */
  readonly name: string;
  readonly output: z.ZodType<Output>;
  /**
   * The outside effect. It may run more than once, so it must be safe to repeat; `startedAt` is when the step was first
   * begun and stays the same, for effects that must come out identical.
   */
  readonly body: (startedAt: Date) => Promise<Output>;
  /** Changes that belong to the result: made exactly once, in the transaction that marks the step done. */
  readonly commit?: (
    done: { readonly tx: Transaction; readonly emit: Emit; readonly attempt: Attempt },
    output: Output,
  ) => Promise<void>;
  /** Take the admission lock first, for a commit that ends the attempt. */
  readonly admission?: boolean;
}

/**
 * Runs one step of an attempt through the ledger: its intent first, then the body, then its result. A step that is done
 * returns its stored output. Throws `stale` when somebody else has claimed the attempt.
 */
export async function step<Output>(
  parts: AttemptParts,
  run: AttemptRun,
  definition: StepDefinition<Output>,
): Promise<Output> {
  const key = { attemptId: run.attempt.id, name: definition.name };
  const { epoch } = run.holder;
  const entry = await parts.database.transaction(async (tx) => {
    await parts.attempts.fence(tx, run.holder);
    return parts.ledger.begin(tx, { ...key, epoch, at: parts.clock.now() });
  });
  await parts.checkpoints.pass(`attempt:${definition.name}:begun`, run.attempt);
  if (entry.done) return definition.output.parse(entry.output);
  run.signal.throwIfAborted();
  const output = await definition.body(entry.startedAt);
  await parts.checkpoints.pass(`attempt:${definition.name}:effect`, run.attempt);
  await record(parts, run.project.id, async (tx, emit) => {
    if (definition.admission === true) await parts.admission.lock(tx);
    const attempt = await parts.attempts.fence(tx, run.holder);
    await parts.ledger.finish(tx, { ...key, epoch, output, at: parts.clock.now() });
    await definition.commit?.({ tx, emit, attempt }, output);
  });
  await parts.checkpoints.pass(`attempt:${definition.name}:done`, run.attempt);
  return output;
}
