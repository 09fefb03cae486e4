import type { DirectPlan } from "@omoios/contract/direct-plan";
import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Phase } from "@omoios/domain/spec/state";
import type { Digest } from "../ports/digest.ts";
import type { PhaseOutput } from "../ports/plan-store.ts";

/** The digest an approval binds: over exactly what would be executed. */
export function planDigest(digest: Digest, spec: Spec, plan: DirectPlan): string {
  return digest(canonicalJson({ request: spec.request, baseCommit: spec.baseCommit, plan }));
}

/** The stored outputs of a direct plan: phases nobody ran say so, SYNC is computed, COMPLETE seals the rest. */
export function directPhaseOutputs(
  spec: Spec,
  made: { readonly plan: DirectPlan; readonly promptDigest: string; readonly planDigest: string; readonly at: Date },
): readonly PhaseOutput[] {
  const { plan } = made;
  const output = (phase: Phase, value: unknown, madeFrom: readonly string[]): PhaseOutput => ({
    specId: spec.id,
    phase,
    version: 1,
    status: value === null ? "skipped" : "finished",
    output: value,
    madeFrom,
    promptDigest: phase === "TASKS" || phase === "REQUIREMENTS" ? made.promptDigest : null,
    createdAt: made.at,
  });
  return [
    output("EXPLORE", null, []),
    output("PRD", null, []),
    output("REQUIREMENTS", { requirement: plan.requirement, assumptions: plan.assumptions }, []),
    output("DESIGN", null, []),
    output("TASKS", plan, ["REQUIREMENTS@1"]),
    output("SYNC", { coverage: [{ requirement: "REQ-1", criteria: ["REQ-1.1"], tasks: 1 }], criticalPath: 1 }, [
      "TASKS@1",
    ]),
    output("COMPLETE", { digest: made.planDigest }, ["REQUIREMENTS@1", "TASKS@1", "SYNC@1"]),
  ];
}
