import { directPlanSchema, type DirectPlan } from "@omoios/contract/direct-plan";
import { judgeDirectPlan, type GateFinding } from "@omoios/domain/spec/gate";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Hub } from "../ports/repository.ts";
import { data } from "../prompts/data-block.ts";
import { repositoryOverview } from "../prompts/repository-overview.ts";
import { callModel, type CallModelParts } from "./call-model.ts";
import { record } from "./record.ts";

export interface PlanDirectParts extends CallModelParts {
  readonly planning: { readonly gateTries: number };
}

export type PlanOutcome =
  | { readonly kind: "planned"; readonly plan: DirectPlan; readonly promptDigest: string }
  | { readonly kind: "refused"; readonly findings: readonly GateFinding[] };

/**
 * Asks the planner for a direct plan and puts it through the gate's hard rules; a refused plan goes back with every
 * finding, at most `gateTries` times in all.
 */
export async function planDirect(
  parts: PlanDirectParts,
  spec: Spec,
  at: { readonly hub: Hub; readonly signal: AbortSignal },
): Promise<PlanOutcome> {
  const overview = await repositoryOverview(at.hub, spec.baseCommit);
  let findings: readonly GateFinding[] = [];
  for (let turn = 0; turn < parts.planning.gateTries; turn += 1) {
    const prompt = userPrompt(spec, overview, findings);
    const plan = await callModel(parts, {
      model: spec.settings.model,
      role: "plan-direct",
      specId: spec.id,
      attemptId: null,
      turn,
      prompt,
      schema: directPlanSchema,
      signal: at.signal,
    });
    findings = judgeDirectPlan(plan);
    if (findings.length === 0) return { kind: "planned", plan, promptDigest: parts.prompts["plan-direct"].digest };
    await reportRefusal(parts, spec, { try: turn + 1, findings });
  }
  return { kind: "refused", findings };
}

function userPrompt(spec: Spec, overview: string, findings: readonly GateFinding[]): string {
  const refused = findings.map((finding) => `- ${finding.at}: ${finding.message} (${finding.rule}). ${finding.fix}`);
  return [
    data("request", spec.request),
    data("repository", overview),
    ...(refused.length === 0
      ? []
      : [`Your last plan was refused. Give a whole new one that mends all of this:\n${refused.join("\n")}`]),
  ].join("\n\n");
}

async function reportRefusal(
  parts: PlanDirectParts,
  spec: Spec,
  refusal: { readonly try: number; readonly findings: readonly GateFinding[] },
): Promise<void> {
  await record(parts, spec.projectId, (_tx, emit) => {
    emit({
      type: "gate.refused",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: {
        label: label("SPC", spec.number),
        phase: "TASKS",
        try: refusal.try,
        findings: refusal.findings.map(({ rule, at, message }) => ({ rule, at, message })),
      },
    });
    return Promise.resolve();
  });
}
