import type { GateFinding } from "@omoios/domain/spec/gate";
import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { DirectPlan } from "@omoios/contract/direct-plan";
import type { PhaseOutput } from "../ports/plan-store.ts";
import { approvePlan, sealedPlan, type ApproveParts } from "./approve-plan.ts";
import { attentionRaised, specMoved } from "./happened.ts";
import { planDirect, type PlanDirectParts } from "./plan-direct.ts";
import { record, type Emit } from "./record.ts";
import { directPhaseOutputs, planDigest } from "./seal-plan.ts";
import { verifySpec, type VerifyParts } from "./verify-spec.ts";

export type AdvanceParts = PlanDirectParts & ApproveParts & VerifyParts;

/**
 * Drives a spec as far as it goes without waiting for tasks or a person. Safe to run again at any point: what is done
 * is read from the database, and every change is one guarded transaction.
 */
export async function advanceSpec(parts: AdvanceParts, specId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const spec = await parts.specs.get(specId);
    if (spec.attention !== null || spec.pausedReason !== null) return;
    switch (spec.status) {
      case "draft":
        await beginPlanning(parts, spec);
        break;
      case "planning":
        if (!(await plan(parts, spec, signal))) return;
        break;
      case "awaiting_approval":
        if (spec.settings.approval === "person") return;
        await approvePlan(parts, {
          specId,
          digest: planDigest(parts.digest, spec, await sealedPlan(parts, spec)),
          by: "policy",
        });
        return;
      case "executing":
        if (!(await beginVerifying(parts, spec))) return;
        break;
      case "verifying":
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

/** True when the plan stands and waits for approval; false when a person has to look first. */
async function plan(parts: AdvanceParts, spec: Spec, signal: AbortSignal): Promise<boolean> {
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  try {
    const outcome = await planDirect(parts, spec, { hub, signal });
    if (outcome.kind === "refused") {
      await raiseAttention(parts, spec, refusal(outcome.findings));
      return false;
    }
    await storePlan(parts, spec, outcome);
    return true;
  } catch (error) {
    if (signal.aborted || !(error instanceof FaultError) || error.fault.kind === "stale") throw error;
    await raiseAttention(parts, spec, [faultMessage(error.fault), ...faultFixes(error.fault)].join(". "));
    return false;
  }
}

async function storePlan(
  parts: AdvanceParts,
  spec: Spec,
  made: { readonly plan: DirectPlan; readonly promptDigest: string },
): Promise<void> {
  const outputs = directPhaseOutputs(spec, {
    ...made,
    planDigest: planDigest(parts.digest, spec, made.plan),
    at: parts.clock.now(),
  });
  await record(parts, spec.projectId, async (tx, emit) => {
    await parts.plans.addPhaseOutputs(tx, outputs);
    const waiting = await parts.specs.move(tx, spec, {
      move: "ask_approval",
      patch: { phase: "COMPLETE", title: made.plan.title, assumptions: made.plan.assumptions },
    });
    for (const output of outputs) emitPhase(emit, spec, output);
    emit(specMoved(spec, waiting));
  });
}

function emitPhase(emit: Emit, spec: Spec, output: PhaseOutput): void {
  emit({
    type: "phase.ended",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: {
      label: label("SPC", spec.number),
      phase: output.phase,
      version: output.version,
      status: output.status,
      summary: output.status === "skipped" ? `not needed for size ${spec.size}` : "",
    },
  });
}

/** True when every task is complete. */
async function beginVerifying(parts: AdvanceParts, spec: Spec): Promise<boolean> {
  const tasks = await parts.tasks.ofSpec(spec.id);
  if (tasks.length === 0 || tasks.some((task) => task.status !== "complete")) return false;
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

function refusal(findings: readonly GateFinding[]): string {
  return `The plan was refused by the gate: ${findings.map((finding) => `${finding.at}: ${finding.message} (${finding.rule})`).join("; ")}`;
}
