import type { Conflict } from "@omoios/domain/landing/conflict";
import type { ConflictMove } from "@omoios/domain/landing/conflict-state";
import type { Task } from "@omoios/domain/task/task";
import type { Clock } from "../ports/clock.ts";
import type { ConflictPatch, ConflictStore } from "../ports/conflict-store.ts";
import type { Transaction } from "../ports/database.ts";
import { conflictMoved } from "./happened.ts";
import type { Emit } from "./record.ts";

export interface ConflictParts {
  readonly conflicts: ConflictStore;
  readonly clock: Clock;
}

/** Moves a task's unsettled conflict in the caller's transaction; nothing when the task has none. */
export async function moveConflictOf(
  parts: ConflictParts,
  { tx, emit }: { readonly tx: Transaction; readonly emit: Emit },
  change: {
    readonly task: Task;
    readonly move: ConflictMove;
    readonly patch?: ConflictPatch;
    readonly reason?: string | null;
  },
): Promise<Conflict | null> {
  const seen = await parts.conflicts.unsettled(change.task.id, tx);
  if (seen === null) return null;
  const moved = await parts.conflicts.move(tx, seen, {
    move: change.move,
    patch: { ...change.patch, reason: change.reason ?? null },
    at: parts.clock.now(),
  });
  emit(conflictMoved(change.task, seen, moved), change.task.projectId);
  return moved;
}
