import type { SpecView } from "@omoios/contract/http-spec";
import { legalMoves } from "@omoios/domain/shared/moves";
import { specMoves, type Phase } from "@omoios/domain/spec/state";

/** What a person can decide about a spec right now; the page offers one thing at a time. */
export type Decision =
  | { readonly kind: "questions" }
  /** The plan is out of date; it has to be made anew before it can be approved. */
  | { readonly kind: "regenerate"; readonly stale: readonly Phase[] }
  | { readonly kind: "plan"; readonly digest: string }
  /** One phase waits for a yes before planning goes on. */
  | { readonly kind: "phase"; readonly phase: Phase; readonly output: string }
  /** Something stopped it; the person has looked and says go on. */
  | { readonly kind: "resume"; readonly reason: string };

type DecidedSpec = Pick<
  SpecView,
  "status" | "attention" | "pausedReason" | "planDigest" | "plan" | "phases" | "questions"
>;

export function decisionOf(spec: DecidedSpec): Decision | null {
  if (spec.questions.some(({ answer }) => answer === null) && spec.status === "planning") return { kind: "questions" };
  if (legalMoves(specMoves, spec.status).includes("approve")) {
    if (spec.plan.stale.length > 0) return { kind: "regenerate", stale: spec.plan.stale };
    if (spec.planDigest !== null) return { kind: "plan", digest: spec.planDigest };
  }
  const reason = spec.attention ?? spec.pausedReason;
  return reason === null ? null : (waitingPhase(spec) ?? { kind: "resume", reason });
}

/** Planning that stopped right after requirements or design were finished stopped for a yes. */
function waitingPhase({ status, phases, plan }: DecidedSpec): Decision | null {
  if (status !== "planning") return null;
  const newest = phases.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)).at(-1);
  if (newest?.status !== "finished" || (newest.phase !== "REQUIREMENTS" && newest.phase !== "DESIGN")) return null;
  const standing = plan.standing.find(({ phase }) => phase === newest.phase);
  return standing === undefined ? null : { kind: "phase", phase: newest.phase, output: standing.output };
}

/** Whether requirements may be reworded now; the server says so too. */
export function isEditable({ status, attention }: Pick<SpecView, "status" | "attention">): boolean {
  return status === "awaiting_approval" || (status === "planning" && attention !== null);
}
