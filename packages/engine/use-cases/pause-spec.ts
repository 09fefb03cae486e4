import type { Spec } from "@omoios/domain/spec/spec";
import type { PausedBy, SpecStatus } from "@omoios/domain/spec/state";
import type { SpecStore } from "../ports/spec-store.ts";
import type { Identities } from "../ports/clock.ts";
import type { JobQueue } from "../ports/queue.ts";
import { admit } from "./admit.ts";
import { specPaused, specResumed } from "./happened.ts";
import { wakeAttempt } from "./park-attempt.ts";
import { record, type RecordParts } from "./record.ts";
import type { SettleParts } from "./settle-task.ts";
import type { Settlement } from "./settlement.ts";

/** Why a spec is held, and when it goes on by itself; null: when a person says so. */
export interface Pause {
  readonly by: Exclude<PausedBy, "person">;
  readonly reason: string;
  readonly until: Date | null;
}

/** A pause is over this long before its time by a clock that is not the queue's. */
const clockSlackMs = 1000;

/** Holds a spec: nothing of it starts until its time has come or somebody ends the pause. */
export async function pauseSpec(
  parts: RecordParts & { readonly specs: SpecStore; readonly queue: JobQueue; readonly identities: Identities },
  { id, projectId }: Pick<Spec, "id" | "projectId">,
  { by, reason, until }: Pause,
): Promise<void> {
  await record(parts, projectId, async (tx, emit) => {
    const spec = await parts.specs.get(id, tx);
    if (spec.pausedReason !== null || spec.endedAt !== null) return;
    const paused = await parts.specs.patch(tx, spec, {
      pausedReason: reason,
      pausedUntil: until,
      pausedBy: by,
    });
    emit(specPaused(paused, by, reason));
    if (until === null) return;
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: id, startAt: until });
  });
}

/** Takes the hold off a spec and wakes the attempts that waited for it; nothing when it is not held. */
export async function unpauseSpec(
  parts: SettleParts,
  { tx, emit }: Settlement,
  { spec, reason }: { readonly spec: Spec; readonly reason: string },
): Promise<Spec> {
  if (spec.pausedReason === null) return spec;
  const all = [...(await parts.tasks.explorations(spec.id, tx)), ...(await parts.tasks.ofSpec(spec.id, tx))];
  for (const task of all) {
    const parked = (await parts.attempts.ofTask(task.id, tx)).find(
      ({ state, parkedUntil }) => state === "parked" && parkedUntil === null,
    );
    if (parked !== undefined) await wakeAttempt(parts, { tx, emit }, parked);
  }
  const resumed = await parts.specs.patch(tx, spec, { pausedReason: null, pausedUntil: null, pausedBy: null });
  emit(specResumed(resumed, reason));
  return resumed;
}

/** Takes up a paused spec whose time has come. False: it stays paused. */
export async function endPause(parts: SettleParts, { id, projectId }: Spec): Promise<boolean> {
  return record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const spec = await parts.specs.get(id, tx);
    const until = spec.pausedUntil?.getTime() ?? Number.POSITIVE_INFINITY;
    if (spec.pausedReason === null || until - clockSlackMs > parts.clock.now().getTime()) return false;
    await unpauseSpec(parts, { tx, emit }, { spec, reason: "what it waited for is over" });
    await admit(parts, tx, emit);
    return true;
  });
}

/** The statuses in which there is anything to hold. */
export const heldStatuses: readonly SpecStatus[] = ["draft", "planning", "awaiting_approval", "executing", "verifying"];
const heldAtOnce = 1000;

/**
 * Lets every spec try again that its budget or a provider stopped: caps, keys and days may have changed. What a person
 * paused stays paused. Returns how many there were.
 */
export async function unpauseAll(parts: SettleParts, reason: string): Promise<number> {
  const specs = await parts.specs.list({ statuses: heldStatuses, limit: heldAtOnce });
  const paused = specs.filter((spec) => spec.pausedBy !== null && spec.pausedBy !== "person");
  for (const { id, projectId } of paused) {
    await record(parts, projectId, async (tx, emit) => {
      await parts.admission.lock(tx);
      await unpauseSpec(parts, { tx, emit }, { spec: await parts.specs.get(id, tx), reason });
      await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: id });
      await admit(parts, tx, emit);
    });
  }
  return paused.length;
}
