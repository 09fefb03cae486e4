import { exploreSchema } from "@omoios/contract/phase-explore";
import { label } from "@omoios/domain/shared/label";
import { currentOutput, nextPlanningStep, outputRef, type PlanningStep } from "@omoios/domain/spec/pipeline";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Phase } from "@omoios/domain/spec/state";
import { syncOf } from "@omoios/domain/spec/sync";
import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import { repositoryOverview } from "../prompts/repository-overview.ts";
import type { ApprovalSubject } from "../ports/plan-store.ts";
import { attentionRaised, specMoved } from "../use-cases/happened.ts";
import { record } from "../use-cases/record.ts";
import { acceptProposals } from "./answer-questions.ts";
import { exploreRepository, type ExploreRepositoryParts } from "./explore-repository.ts";
import { makePhases } from "./make-phases.ts";
import { currentQuestions, loadPlanning, type PlanningParts, type PlanningRun } from "./planning-run.ts";
import { planDigest, standingPlan } from "./read-plan.ts";
import { nextOutput, storeOutputs, type NewOutput } from "./store-outputs.ts";

/** Phases that may wait for a yes of their own. */
const confirmable = { REQUIREMENTS: "requirements", DESIGN: "design" } as const satisfies Partial<
  Record<Phase, ApprovalSubject>
>;

/**
 * Does the next thing planning needs; safe to run again at any point. A sealed plan waits for its approval. False when
 * there is nothing to do until an agent has explored the repository.
 */
export async function planStep(parts: ExploreRepositoryParts, spec: Spec, signal: AbortSignal): Promise<boolean> {
  const run = await loadPlanning(parts, spec, signal);
  const step = nextPlanningStep({
    size: spec.size,
    outputs: run.outputs,
    sentBack: run.approvals.flatMap((approval) => approval.sentBack ?? []),
    hasOpenQuestions: currentQuestions(run.outputs, run.questions).some((question) => question.answer === null),
    unconfirmed: unconfirmed(parts, run),
  });
  if (step.kind === "explore") return exploreRepository(parts, run);
  await planOn(parts, run, step);
  return true;
}

async function planOn(
  parts: PlanningParts,
  run: PlanningRun,
  step: Exclude<PlanningStep, { readonly kind: "explore" }>,
): Promise<void> {
  const { spec } = run;
  switch (step.kind) {
    case "skip":
      await store(parts, run, { phase: step.phase, status: "skipped", output: null });
      return;
    case "survey": {
      const text = await repositoryOverview(run.hub, spec.baseCommit);
      await store(parts, run, {
        phase: "EXPLORE",
        status: "finished",
        output: exploreSchema.parse({ source: "overview", text }),
      });
      return;
    }
    case "author":
      await makePhases(parts, run, step.phases);
      return;
    case "compute":
      await store(parts, run, { phase: step.phase, status: "finished", output: computed(parts, run, step.phase) });
      return;
    case "ask":
      await ask(parts, run);
      return;
    case "confirm":
      await confirm(parts, run, step.phase);
      return;
    case "sealed":
      await record(parts, spec.projectId, async (tx, emit) => {
        emit(specMoved(spec, await parts.specs.move(tx, spec, { move: "ask_approval" })));
      });
      return;
  }
}

async function store(parts: PlanningParts, run: PlanningRun, made: NewOutput): Promise<void> {
  await storeOutputs(parts, run, { outputs: [nextOutput(parts, run, made)] });
}

function computed(parts: PlanningParts, run: PlanningRun, phase: "SYNC" | "COMPLETE"): unknown {
  if (phase === "COMPLETE") return { digest: planDigest(parts.digest, run.spec, run.outputs) };
  const plan = standingPlan(run.outputs);
  if (plan === null) throw new Error("SYNC comes after REQUIREMENTS and TASKS");
  return syncOf(plan);
}

/** What a yes to a phase binds. */
export function outputDigest(parts: Pick<PlanningParts, "digest">, output: unknown): string {
  return parts.digest(canonicalJson(output));
}

function unconfirmed(parts: PlanningParts, run: PlanningRun): readonly Phase[] {
  return (["REQUIREMENTS", "DESIGN"] as const).filter((phase) => {
    const current = currentOutput(run.outputs, phase);
    const subject = confirmable[phase];
    if (!run.config.approvals.includes(subject) || current?.status !== "finished") return false;
    const digest = outputDigest(parts, current.output);
    return !run.approvals.some(
      (approval) => approval.subject === subject && approval.decision === "approved" && approval.digest === digest,
    );
  });
}

/** Questions wait for a person, unless nobody is to be waited for: then what was proposed is assumed. */
async function ask(parts: PlanningParts, run: PlanningRun): Promise<void> {
  const open = currentQuestions(run.outputs, run.questions).filter((question) => question.answer === null);
  if (run.spec.settings.approval === "policy") {
    await acceptProposals(parts, { spec: run.spec, questions: open, by: "policy" });
    return;
  }
  const name = label("SPC", run.spec.number);
  const many = open.length === 1 ? "1 question is" : `${open.length} questions are`;
  await raise(parts, run, `${many} open; read and answer with: omoios answer ${name}`);
}

async function confirm(parts: PlanningParts, run: PlanningRun, phase: Phase): Promise<void> {
  const subject = phase === "DESIGN" ? "design" : "requirements";
  const name = label("SPC", run.spec.number);
  if (run.spec.settings.approval === "person") {
    await raise(
      parts,
      run,
      `${phase} waits for your yes: omoios spec show ${name}, then omoios spec approve ${name} --phase ${subject}`,
    );
    return;
  }
  const output = currentOutput(run.outputs, phase);
  if (output === null) throw new Error(`${phase} waits for a yes before it is there`);
  await record(parts, run.spec.projectId, async (tx, emit) => {
    await parts.specs.patch(tx, run.spec, {});
    const digest = outputDigest(parts, output.output);
    await parts.plans.addApproval(tx, {
      id: parts.identities.uuid(),
      specId: run.spec.id,
      subject,
      digest,
      decision: "approved",
      decidedBy: "policy",
      reason: null,
      sentBack: null,
      decidedAt: parts.clock.now(),
    });
    emit({
      type: "phase.approved",
      specId: run.spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: name, phase, output: outputRef(output), by: "policy" },
    });
  });
}

async function raise(parts: PlanningParts, run: PlanningRun, reason: string): Promise<void> {
  await record(parts, run.spec.projectId, async (tx, emit) => {
    emit(attentionRaised(await parts.specs.patch(tx, run.spec, { attention: reason }), reason));
  });
}
