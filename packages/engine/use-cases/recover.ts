import type { JobQueue } from "../ports/queue.ts";
import type { SandboxRecords } from "../ports/run-records.ts";
import type { SandboxProvider } from "../ports/sandbox.ts";
import type { AdmissionStore } from "../ports/admission-store.ts";
import type { BudgetStore } from "../ports/budget-store.ts";
import type { Database } from "../ports/database.ts";
import type { AttemptStore } from "../ports/attempt-store.ts";
import { liveAttemptStates } from "@omoios/domain/attempt/state";
import { admit } from "./admit.ts";
import { unpauseAll } from "./pause-spec.ts";
import { wakeParked } from "./park-attempt.ts";
import { record } from "./record.ts";
import type { SettleParts } from "./settle-task.ts";

export interface RecoverParts extends SettleParts {
  readonly database: Database;
  readonly admission: AdmissionStore;
  readonly attempts: AttemptStore;
  readonly budgets: BudgetStore;
  readonly queue: JobQueue;
  readonly provider: SandboxProvider;
  readonly sandboxRecords: SandboxRecords;
  readonly slots: { readonly global: number; readonly perProject: number };
}

export interface Recovery {
  /** Jobs a dead process had been working on. */
  readonly orphans: number;
  /** Attempts that go on after a parked stop. */
  readonly woken: number;
  /** Sandboxes nobody needs any more. */
  readonly removed: number;
}

/**
 * What a server does before it takes work: brings slots to the configured limits, books the model calls the last one
 * left in flight, and takes up its attempts.
 */
export async function recover(parts: RecoverParts): Promise<Recovery> {
  await parts.database.transaction(async (tx) => {
    await parts.admission.lock(tx);
    await parts.admission.resize(tx, parts.slots);
    await parts.budgets.expire(tx, { at: parts.clock.now(), everything: true });
  });
  const removed = await removeLeftSandboxes(parts);
  const orphans = await parts.queue.requeueOrphans();
  await unpauseAll(parts, "the server was started again");
  const woken = await wakeParked(parts);
  await startWaiting(parts);
  return { orphans, woken, removed };
}

/** There may be more slots than the server before this one had. */
async function startWaiting(parts: RecoverParts): Promise<void> {
  const [first] = await parts.database.transaction(async (tx) => {
    await parts.admission.lock(tx);
    return parts.admission.ready(tx);
  });
  if (first === undefined) return;
  await record(parts, first.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    await admit(parts, tx, emit);
  });
}

/** A sandbox whose attempt is over, or that no row knows, is of no use: what was worth keeping is in the hub. */
async function removeLeftSandboxes(parts: RecoverParts): Promise<number> {
  const live = new Set((await parts.attempts.inStates(liveAttemptStates)).map((attempt) => attempt.id));
  const left = (await parts.provider.list()).filter((sandbox) => !live.has(sandbox.id));
  for (const sandbox of left) await parts.provider.destroy(sandbox.id);
  for (const seen of await parts.sandboxRecords.notDestroyed()) {
    if (live.has(seen.attemptId)) continue;
    await parts.database.transaction((tx) =>
      parts.sandboxRecords.move(tx, seen, { move: "destroy", at: parts.clock.now() }),
    );
  }
  return left.length;
}
