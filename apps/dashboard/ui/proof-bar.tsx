import type { ReactNode } from "react";

/** How one criterion stands, as a segment shows it. */
export type ProofState = "proven" | "judged" | "checking" | "failed" | "not-run";

export const proofWords = {
  proven: "Proven",
  judged: "Judged",
  checking: "Checking",
  failed: "Failed",
  "not-run": "Not run",
} as const satisfies Record<ProofState, string>;

interface ProofBarProps {
  readonly states: readonly ProofState[];
  readonly small?: boolean;
}

/** One segment a criterion; the count beside it says the same in words. */
export function ProofBar({ states, small = false }: ProofBarProps): ReactNode {
  return (
    <span className="proof-bar" data-slot="proof-bar" data-small={small || undefined} aria-hidden>
      {states.map((state, place) => (
        <i key={place} data-state={state} />
      ))}
    </span>
  );
}

/** The bar with its count: "6 of 16 proven". */
export function ProofCount({ states, small = false }: ProofBarProps): ReactNode {
  const proven = states.filter((state) => state === "proven" || state === "judged").length;
  return (
    <span className="proof-count">
      <ProofBar states={states} small={small} />
      <span>
        <b>
          {proven} of {states.length}
        </b>{" "}
        proven
      </span>
    </span>
  );
}
