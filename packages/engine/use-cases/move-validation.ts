import type { Attempt } from "@omoios/domain/attempt/attempt";
import { isLiveAttempt, type AttemptMove } from "@omoios/domain/attempt/state";
import type { Task } from "@omoios/domain/task/task";
import type { AttemptPatch, AttemptStore } from "../ports/attempt-store.ts";
import { validationMoved } from "./happened.ts";
import type { Settlement } from "./settlement.ts";

interface MoveParts {
  readonly attempts: AttemptStore;
}

interface Judged {
  readonly judged: Attempt;
  readonly task: Task;
}

/** Moves a validation and says so. */
export async function moveValidation(
  parts: MoveParts,
  { tx, emit }: Settlement,
  change: Judged & { readonly validation: Attempt; readonly move: AttemptMove; readonly patch?: AttemptPatch },
): Promise<Attempt> {
  const { validation, move, patch = {} } = change;
  const moved = await parts.attempts.move(tx, validation, { move, patch });
  emit(validationMoved(change, moved, validation.state));
  return moved;
}

/** Moves whatever still judges an attempt along with it: it cannot outlive what it judges, nor go on while that waits. */
export async function moveValidationsOf(
  parts: MoveParts,
  settlement: Settlement,
  change: Judged & { readonly move: AttemptMove; readonly patch: AttemptPatch },
): Promise<void> {
  for (const validation of await parts.attempts.validations({ attemptId: change.judged.id }, settlement.tx)) {
    if (!isLiveAttempt(validation.state) || (change.move === "park" && validation.state === "parked")) continue;
    await moveValidation(parts, settlement, { ...change, validation });
  }
}
