import type { MoveTable } from "../shared/moves.ts";

export const candidateStates = ["proposed", "proven", "landed", "returned"] as const;
export type CandidateState = (typeof candidateStates)[number];
export type CandidateMove = "prove" | "land" | "return";

/** A candidate is the merge commit being proven before it lands; a returned one is never tried again. */
export const candidateMoves = {
  proposed: { prove: "proven", return: "returned" },
  proven: { land: "landed", return: "returned" },
  landed: {},
  returned: {},
} as const satisfies MoveTable<CandidateState, CandidateMove>;
