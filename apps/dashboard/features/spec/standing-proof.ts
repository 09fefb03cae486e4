import type { SpecStanding } from "@omoios/contract/http-system";
import type { ProofState } from "../../ui/proof-bar.tsx";

/** The criteria of a spec as its standing has them, which knows what landed and not what is being checked. */
export function standingProof({ criteria }: Pick<SpecStanding, "criteria">): readonly ProofState[] {
  return criteria.map(({ standing, met, regressed }) => {
    if (met) return standing === "judged" ? "judged" : "proven";
    return regressed ? "failed" : "not-run";
  });
}
