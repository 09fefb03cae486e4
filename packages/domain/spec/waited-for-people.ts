/** A moment at which work began to need a person for something, or had what it needed. */
export interface NeedTurn {
  readonly at: Date;
  /** What the person was needed for, such as one question. */
  readonly need: string;
  readonly open: boolean;
}

/** How long at least one need was open; needs at the same time count once. Turns come oldest first. */
export function waitedForPeople(turns: readonly NeedTurn[]): number {
  const open = new Set<string>();
  let since: Date | null = null;
  let waitedMs = 0;
  for (const turn of turns) {
    if (turn.open) open.add(turn.need);
    else open.delete(turn.need);
    if (open.size > 0) since ??= turn.at;
    else if (since !== null) {
      waitedMs += turn.at.getTime() - since.getTime();
      since = null;
    }
  }
  return waitedMs;
}
