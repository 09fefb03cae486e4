import { refuse, ok, type Result } from "./result.ts";

/**
 * A move table: for each state, the moves that are legal in it and the state each leads to. The table is data, so the
 * stores guard with it, property tests walk it, documents draw it and a user interface asks it for its buttons.
 */
export type MoveTable<State extends string, Move extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Move, State>>>>
>;

/** The state `move` leads to from `state`, or an `illegal-move` fault that names `what`. */
export function applyMove<State extends string, Move extends string>(
  table: MoveTable<State, Move>,
  at: { readonly what: string; readonly state: State },
  move: Move,
): Result<State> {
  const next = table[at.state][move];
  return next === undefined ? refuse({ kind: "illegal-move", what: at.what, state: at.state, move }) : ok(next);
}

/** The moves that are legal in `state`, in table order. */
export function legalMoves<State extends string, Move extends string>(
  table: MoveTable<State, Move>,
  state: State,
): readonly Move[] {
  return Object.keys(table[state]) as Move[];
}

/** The states no move leaves. */
export function finalStates<State extends string, Move extends string>(
  table: MoveTable<State, Move>,
): readonly State[] {
  return (Object.keys(table) as State[]).filter((state) => Object.keys(table[state]).length === 0);
}
