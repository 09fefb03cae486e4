import type { StateTone } from "@omoios/contract/state-words";
import { CircleCheck, CircleX, FlaskConical, Minus, Scale, type LucideIcon } from "lucide-react";
import type { ProofState } from "./proof-bar.tsx";

/** How the proof of a criterion looks where it has a line of its own. */
export const proofLooks = {
  proven: { icon: CircleCheck, tone: "good" },
  judged: { icon: Scale, tone: "good" },
  checking: { icon: FlaskConical, tone: "proof" },
  failed: { icon: CircleX, tone: "bad" },
  "not-run": { icon: Minus, tone: "quiet" },
} as const satisfies Record<ProofState, { readonly icon: LucideIcon; readonly tone: StateTone }>;
