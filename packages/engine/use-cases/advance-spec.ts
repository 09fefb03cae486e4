import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import { specOutlook } from "@omoios/domain/spec/outlook";
import type { Spec } from "@omoios/domain/spec/spec";
import { amendPlan, type AmendPlanParts } from "../planning/amend-plan.ts";
import { planStep } from "../planning/plan-step.ts";
import type { ExploreRepositoryParts } from "../planning/explore-repository.ts";
import { planDigest } from "../planning/read-plan.ts";
import { ProviderWait } from "../ports/gateway.ts";
import { approvePlan, type ApproveParts } from "./approve-plan.ts";
import { attentionRaised, specMoved } from "./happened.ts";
import { endPause, pauseSpec } from "./pause-spec.ts";
import { record } from "./record.ts";
import { verifySpec, type VerifyParts } from "./verify-spec.ts";

export type AdvanceParts = ExploreRepositoryParts & AmendPlanParts & ApproveParts & VerifyParts;

/**
 * Drives a spec as far as it goes without waiting for tasks or a person. Safe to run again at any point: what is done
 * is read from the database, and every change is one guarded transaction.
 */
export async function advanceSpec(parts: AdvanceParts, specId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const spec = await parts.specs.get(specId);
    if (spec.attention !== null) return;
    if (spec.pausedReason !== null) {
      if (await endPause(parts, spec)) continue;
      return;
    }
    switch (spec.status) {
      case "draft":
        await beginPlanning(parts, spec);
        break;
      case "planning":
        if (!(await asking(parts, { spec, signal }, () => planStep(parts, spec, signal)))) return;
        break;
      case "awaiting_approval":
        if (spec.settings.approval === "person") return;
        await approvePlan(parts, {
          specId,
          digest: planDigest(parts.digest, spec, await parts.plans.phaseOutputs(specId)),
          by: "policy",
        });
        return;
      case "executing":
        if (await asking(parts, { spec, signal }, () => amendPlan(parts, spec, signal))) break;
        if (!(await beginVerifying(parts, spec))) return;
        break;
      case "verifying":
        if (await asking(parts, { spec, signal }, () => amendPlan(parts, spec, signal))) break;
        await verifySpec(parts, spec);
        return;
      case "in_review":
      case "merged":
      case "closed":
      case "failed":
      case "cancelled":
        return;
    }
  }
}

async function beginPlanning(parts: AdvanceParts, spec: Spec): Promise<void> {
  await record(parts, spec.projectId, async (tx, emit) => {
    emit(specMoved(spec, await parts.specs.move(tx, spec, { move: "plan" })));
  });
}

/** One step that may ask a model; what cannot be done without a person raises the spec's attention, and is a step too. */
async function asking(
  parts: AdvanceParts,
  { spec, signal }: { readonly spec: Spec; readonly signal: AbortSignal },
  step: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ProviderWait) {
      await pauseSpec(parts, spec, { by: "provider", reason: error.message, until: error.until });
      return true;
    }
    if (signal.aborted || !(error instanceof FaultError) || error.fault.kind === "stale") throw error;
    const reason = [faultMessage(error.fault), ...faultFixes(error.fault)].join(". ");
    const until = error.fault.kind === "limit" ? (error.fault.until ?? null) : null;
    if (error.fault.kind === "limit") await pauseSpec(parts, spec, { by: "budget", reason, until });
    else await raiseAttention(parts, spec, reason);
    return true;
  }
}

/** True when no task is left to do. */
async function beginVerifying(parts: AdvanceParts, spec: Spec): Promise<boolean> {
  const tasks = await parts.tasks.ofSpec(spec.id);
  if (tasks.length === 0 || specOutlook(tasks).kind !== "done") return false;
  await record(parts, spec.projectId, async (tx, emit) => {
    emit(specMoved(spec, await parts.specs.move(tx, spec, { move: "verify" })));
  });
  return true;
}

async function raiseAttention(parts: AdvanceParts, spec: Spec, reason: string): Promise<void> {
  await record(parts, spec.projectId, async (tx, emit) => {
    emit(attentionRaised(await parts.specs.patch(tx, spec, { attention: reason }), reason));
  });
}
