import { prdSchema } from "@omoios/contract/phase-prd";
import { designSchema, type DesignOutput } from "@omoios/contract/phase-design";
import { exploreSchema, type ExploreOutput } from "@omoios/contract/phase-explore";
import type { PrdOutput } from "@omoios/contract/phase-prd";
import { requirementsSchema, type RequirementsOutput } from "@omoios/contract/phase-requirements";
import { workSchema, type WorkOutput } from "@omoios/contract/phase-tasks";
import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { currentOutput, stalePhases } from "@omoios/domain/spec/pipeline";
import type { Plan } from "@omoios/domain/spec/plan-shape";
import type { Spec } from "@omoios/domain/spec/spec";
import { phases, type Phase } from "@omoios/domain/spec/state";
import type { Digest } from "../ports/digest.ts";
import type { PhaseOutput } from "../ports/plan-store.ts";

/** The outputs that stand now, typed; null where there is none or the phase was skipped. */
export interface StandingOutputs {
  readonly overview: string | null;
  readonly explored: ExploreOutput["explored"];
  readonly prd: PrdOutput | null;
  readonly requirements: RequirementsOutput | null;
  readonly design: DesignOutput | null;
  readonly work: WorkOutput | null;
}

export function standingOutputs(outputs: readonly PhaseOutput[]): StandingOutputs {
  const finished = (phase: Phase): unknown => {
    const current = currentOutput(outputs, phase);
    return current?.status === "finished" ? current.output : null;
  };
  const explore = exploreSchema.nullable().parse(finished("EXPLORE"));
  return {
    overview: explore?.text ?? null,
    explored: explore?.explored ?? null,
    prd: prdSchema.nullable().parse(finished("PRD")),
    requirements: requirementsSchema.nullable().parse(finished("REQUIREMENTS")),
    design: designSchema.nullable().parse(finished("DESIGN")),
    work: workSchema.nullable().parse(finished("TASKS")),
  };
}

/** The plan as it stands, or null before TASKS has passed its gate. It may be stale. */
export function standingPlan(outputs: readonly PhaseOutput[]): Plan | null {
  const { requirements, work } = standingOutputs(outputs);
  return requirements === null || work === null ? null : { ...requirements, ...work };
}

/** What SYNC and every phase before it say, which is what an approval binds. */
const sealedPhases = phases.filter((phase) => phase !== "COMPLETE");

/** The digest an approval binds: over the request, the base and every output that stands. */
export function planDigest(digest: Digest, spec: Spec, outputs: readonly PhaseOutput[]): string {
  const standing = sealedPhases.map((phase) => ({ phase, output: currentOutput(outputs, phase)?.output ?? null }));
  return digest(canonicalJson({ request: spec.request, baseCommit: spec.baseCommit, outputs: standing }));
}

/** The plan that can be approved. Throws when there is none yet, or when something it was made from changed since. */
export function sealedPlan(spec: Spec, outputs: readonly PhaseOutput[]): Plan {
  const plan = standingPlan(outputs);
  const name = label("SPC", spec.number);
  if (plan === null || currentOutput(outputs, "COMPLETE") === null) {
    throw new FaultError({
      kind: "illegal-move",
      what: name,
      state: spec.status,
      move: "be approved: it has no plan yet",
    });
  }
  const stale = stalePhases(outputs);
  if (stale.length > 0) {
    throw new FaultError({
      kind: "invalid",
      message: "The plan is out of date",
      problems: [
        {
          at: stale.join(", "),
          message: "was made from something that was changed since",
          fix: `Make it anew with: omoios spec regenerate ${name}`,
        },
      ],
    });
  }
  return plan;
}
