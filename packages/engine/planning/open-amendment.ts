import type { Amendment } from "@omoios/domain/spec/amendment";
import type { AmendmentStore } from "../ports/amendment-store.ts";
import type { Clock, Identities } from "../ports/clock.ts";
import type { Transaction } from "../ports/database.ts";
import type { JobQueue } from "../ports/queue.ts";

export interface OpenAmendmentParts {
  readonly amendments: AmendmentStore;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly queue: JobQueue;
}

/** Asks for a change of a plan under way; whoever drives the spec has a planner make it. */
export async function openAmendment(
  parts: OpenAmendmentParts,
  tx: Transaction,
  wanted: Pick<Amendment, "specId" | "cause" | "taskId" | "criterionIds" | "decidedBy">,
): Promise<void> {
  await parts.amendments.add(tx, {
    ...wanted,
    id: parts.identities.uuid(),
    createdTaskIds: [],
    openedAt: parts.clock.now(),
    appliedAt: null,
  });
  await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: wanted.specId });
}
