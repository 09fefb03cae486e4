import type { MoveTable } from "../shared/moves.ts";

export const conflictStates = ["open", "resolving", "with_person", "resolved", "dropped"] as const;
export type ConflictState = (typeof conflictStates)[number];
/** Somebody still has to do something about these. */
export const unsettledConflictStates: readonly ConflictState[] = ["open", "resolving", "with_person"];
export type ConflictMove = "take_up" | "give_back" | "hand_over" | "reopen" | "settle" | "drop";

/**
 * A conflict waits for the next attempt at its task, which takes it up. What a person has resolved, or gives back to the
 * agents, is `open` again. It is dropped when its task is cancelled, or when a newer conflict takes its place.
 */
export const conflictMoves = {
  open: { take_up: "resolving", hand_over: "with_person", settle: "resolved", drop: "dropped" },
  resolving: { give_back: "open", hand_over: "with_person", settle: "resolved", drop: "dropped" },
  with_person: { reopen: "open", settle: "resolved", drop: "dropped" },
  resolved: {},
  dropped: {},
} as const satisfies MoveTable<ConflictState, ConflictMove>;
