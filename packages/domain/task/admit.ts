/** A ready task that asks for a slot. */
export interface AdmissionCandidate {
  readonly taskId: string;
  readonly projectId: string;
  readonly score: number;
  readonly readyAt: Date;
  /** Number of the task in its project. */
  readonly number: number;
}

export interface FreeSlots {
  readonly global: number;
  /** A project that is not in the map has none. */
  readonly byProject: ReadonlyMap<string, number>;
}

/**
 * The ids of the ready tasks that start now, best first: the highest score, of equal scores who is ready longest, then the lowest
 * number. A project without a free slot does not hold up the others.
 */
export function chooseAdmissions(input: {
  readonly ready: readonly AdmissionCandidate[];
  readonly free: FreeSlots;
}): readonly string[] {
  const left = new Map(input.free.byProject);
  const chosen: string[] = [];
  for (const candidate of [...input.ready].sort(byUrgency)) {
    if (chosen.length >= input.free.global) break;
    const slots = left.get(candidate.projectId) ?? 0;
    if (slots <= 0) continue;
    left.set(candidate.projectId, slots - 1);
    chosen.push(candidate.taskId);
  }
  return chosen;
}

/** Numbers repeat across projects; the id makes the order total, so that it never depends on the order of rows. */
function byUrgency(left: AdmissionCandidate, right: AdmissionCandidate): number {
  return (
    right.score - left.score ||
    left.readyAt.getTime() - right.readyAt.getTime() ||
    left.number - right.number ||
    (left.taskId < right.taskId ? -1 : 1)
  );
}
