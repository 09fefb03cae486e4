import { FaultError } from "@omoios/domain/shared/fault";
import { applyMove, type MoveTable } from "@omoios/domain/shared/moves";

/** The state a move leads to; throws `illegal-move` when the table has none. */
export function stateAfter<State extends string, Move extends string>(
  table: MoveTable<State, Move>,
  at: { readonly what: string; readonly state: State },
  move: Move,
): State {
  const next = applyMove(table, at, move);
  if (!next.ok) throw new FaultError(next.fault);
  return next.value;
}

/** The states a move is legal in. */
export function statesWith<State extends string, Move extends string>(
  table: MoveTable<State, Move>,
  move: Move,
): readonly State[] {
  return (Object.keys(table) as State[]).filter((state) => table[state][move] !== undefined);
}

/** The row a guarded write returned; none means somebody else was faster. */
export function written<Row>(row: Row | undefined, what: string, id: string): Row {
  if (row === undefined) throw new FaultError({ kind: "stale", what, id });
  return row;
}

/** The row a read returned; throws `not-found` when there is none. */
export function found<Row>(row: Row | undefined, what: string, id: string): Row {
  if (row === undefined) throw new FaultError({ kind: "not-found", what, id });
  return row;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** An id as PostgreSQL reads it: whatever else was asked for does not exist. */
export function rowId(what: string, id: string): string {
  if (!uuid.test(id)) throw new FaultError({ kind: "not-found", what, id });
  return id;
}

/** Rows in portions that stay below the number of parameters one statement may have. */
export function* portions<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  const size = 1_000;
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}
