import { requirementsSchema, type RequirementsOutput } from "@omoios/contract/phase-requirements";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { judgeRequirements } from "@omoios/domain/spec/judge-requirements";
import { currentOutput, outputRef, stalePhases } from "@omoios/domain/spec/pipeline";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Phase } from "@omoios/domain/spec/state";
import type { PhaseOutput } from "../ports/plan-store.ts";
import type { JobQueue } from "../ports/queue.ts";
import { attentionCleared, specMoved } from "../use-cases/happened.ts";
import { record } from "../use-cases/record.ts";
import { rewordRunning, type EditRunningPlanParts } from "./edit-running-plan.ts";
import { outputDigest } from "./plan-step.ts";
import type { PlanningParts } from "./planning-run.ts";
import { nextOutput } from "./store-outputs.ts";

export type ChangePlanParts = PlanningParts & { readonly queue: JobQueue };

/** Says yes to the requirements or the design, exactly as they were seen; planning goes on. */
export async function approvePhase(
  parts: ChangePlanParts,
  yes: { readonly specId: string; readonly output: string },
): Promise<Spec> {
  const { projectId } = await parts.specs.get(yes.specId);
  return record(parts, projectId, async (tx, emit) => {
    const spec = await parts.specs.get(yes.specId, tx);
    const phase = yes.output.startsWith("DESIGN@") ? "DESIGN" : "REQUIREMENTS";
    const output = finished(spec, await parts.plans.phaseOutputs(spec.id, tx), phase);
    if (outputRef(output) !== yes.output) {
      const fix = `Look again: omoios spec show ${label("SPC", spec.number)}`;
      const problem = { at: "output", message: `is ${yes.output}, what stands now is ${outputRef(output)}`, fix };
      throw new FaultError({
        kind: "invalid",
        message: "This is not the version that stands now",
        problems: [problem],
      });
    }
    await parts.plans.addApproval(tx, {
      id: parts.identities.uuid(),
      specId: spec.id,
      subject: phase === "DESIGN" ? "design" : "requirements",
      digest: outputDigest(parts, output.output),
      decision: "approved",
      decidedBy: "person",
      reason: null,
      sentBack: null,
      decidedAt: parts.clock.now(),
    });
    emit({
      type: "phase.approved",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: label("SPC", spec.number), phase, output: outputRef(output), by: "person" },
    });
    const cleared = await parts.specs.patch(tx, spec, { attention: null });
    if (spec.attention !== null) emit(attentionCleared(cleared));
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: spec.id });
    return cleared;
  });
}

/** Phases a person can send back, the last made first. Where one call made requirements and tasks, both go back. */
const rejectable = ["TASKS", "DESIGN", "REQUIREMENTS", "PRD", "EXPLORE"] as const satisfies readonly Phase[];

/** Sends a plan back with a reason: the named phase, or the last one made, is made anew and so is all that follows. */
export async function rejectPlan(
  parts: ChangePlanParts,
  no: { readonly specId: string; readonly reason: string; readonly phase: Phase | null },
): Promise<Spec> {
  const { projectId } = await parts.specs.get(no.specId);
  return record(parts, projectId, async (tx, emit) => {
    const spec = await parts.specs.get(no.specId, tx);
    const outputs = await parts.plans.phaseOutputs(spec.id, tx);
    const phase = no.phase ?? lastMade(spec, outputs);
    const output = finished(spec, outputs, phase);
    const moved =
      spec.status === "planning" && spec.attention !== null
        ? await parts.specs.patch(tx, spec, { attention: null, phase })
        : await parts.specs.move(tx, spec, { move: "reject", patch: { attention: null, phase } });
    await parts.plans.addApproval(tx, {
      id: parts.identities.uuid(),
      specId: spec.id,
      subject: "plan",
      digest: outputDigest(parts, output.output),
      decision: "rejected",
      decidedBy: "person",
      reason: no.reason,
      sentBack: outputRef(output),
      decidedAt: parts.clock.now(),
    });
    emit({
      type: "plan.rejected",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: label("SPC", spec.number), phase, output: outputRef(output), reason: no.reason },
    });
    if (spec.attention !== null) emit(attentionCleared(moved));
    if (moved.status !== spec.status) emit(specMoved(spec, moved, no.reason));
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: spec.id });
    return moved;
  });
}

function lastMade(spec: Spec, outputs: readonly PhaseOutput[]): Phase {
  const last = rejectable.find((one) => currentOutput(outputs, one)?.status === "finished") ?? "TASKS";
  return last === "TASKS" && spec.size !== "full" ? "REQUIREMENTS" : last;
}

/**
 * Rewords a requirement or a criterion. Before the plan is approved, what was made from the old words is stale then; while
 * it is carried out, work on them ends and goes on with the new ones.
 */
export async function editPlan(
  parts: ChangePlanParts & EditRunningPlanParts,
  edit: { readonly specId: string; readonly subject: string; readonly text: string },
): Promise<Spec> {
  const { projectId } = await parts.specs.get(edit.specId);
  const stopped: string[] = [];
  const edited = await record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const spec = await parts.specs.get(edit.specId, tx);
    const name = label("SPC", spec.number);
    const waits = spec.status === "planning" && spec.attention !== null;
    const isRunning = spec.status === "executing" || spec.status === "verifying";
    if (spec.status !== "awaiting_approval" && !waits && !isRunning) {
      throw new FaultError({
        kind: "illegal-move",
        what: name,
        state: spec.status,
        move: "be edited: only a plan that waits for its approval or is carried out can",
      });
    }
    const outputs = await parts.plans.phaseOutputs(spec.id, tx);
    const current = finished(spec, outputs, "REQUIREMENTS");
    const words = reworded(spec, requirementsSchema.parse(current.output), edit);
    const { madeFrom } = current;
    const output = nextOutput(
      parts,
      { spec, outputs },
      { phase: "REQUIREMENTS", status: "finished", output: words, madeBy: "person", madeFrom },
    );
    await parts.plans.addPhaseOutputs(tx, [output]);
    if (isRunning) {
      const change = { ...edit, spec, outputs: [...outputs, output], output };
      stopped.push(...(await rewordRunning(parts, { tx, emit }, change)));
      return parts.specs.get(spec.id, tx);
    }
    const stale = stalePhases([...outputs, output]);
    emit({
      type: "plan.edited",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: name, subject: edit.subject, output: outputRef(output), stale: [...stale] },
    });
    return parts.specs.patch(tx, spec, {});
  });
  for (const id of stopped) parts.running.interrupt(id, "cancelled");
  return edited;
}

function reworded(
  spec: Spec,
  given: RequirementsOutput,
  edit: { readonly subject: string; readonly text: string },
): RequirementsOutput {
  const text = edit.text.trim();
  const requirements = given.requirements.map((requirement) => ({
    ...requirement,
    text: requirement.id === edit.subject ? text : requirement.text,
    criteria: requirement.criteria.map((criterion) =>
      criterion.id === edit.subject ? { ...criterion, text } : criterion,
    ),
  }));
  const ids = given.requirements.flatMap(({ id, criteria }) => [id, ...criteria.map((criterion) => criterion.id)]);
  if (!ids.includes(edit.subject)) {
    const fix = `It has ${ids.join(", ")}`;
    throw new FaultError({
      kind: "not-found",
      what: `In ${label("SPC", spec.number)}, requirement or criterion`,
      id: edit.subject,
      fix,
    });
  }
  const findings = judgeRequirements({ ...given, requirements }).filter(({ at }) => at.startsWith(edit.subject));
  if (findings.length > 0) {
    const problems = findings.map(({ at, message, rule, fix }) => ({ at, message: `${message} (${rule})`, fix }));
    throw new FaultError({ kind: "invalid", message: "These words do not pass the gate", problems });
  }
  return { ...given, requirements };
}

/** Makes anew whatever is stale in a plan that waits for its approval. */
export async function regeneratePlan(parts: ChangePlanParts, which: { readonly specId: string }): Promise<Spec> {
  const { projectId } = await parts.specs.get(which.specId);
  return record(parts, projectId, async (tx, emit) => {
    const spec = await parts.specs.get(which.specId, tx);
    const stale = stalePhases(await parts.plans.phaseOutputs(spec.id, tx));
    if (stale.length === 0) {
      const fix = `Change it first: omoios spec edit ${label("SPC", spec.number)} REQ-1 "…", or send it back: omoios spec reject`;
      throw new FaultError({
        kind: "invalid",
        message: "There is nothing to make anew",
        problems: [{ at: label("SPC", spec.number), message: "nothing in its plan is out of date", fix }],
      });
    }
    const moved = await parts.specs.move(tx, spec, { move: "replan" });
    emit(specMoved(spec, moved, `${stale.join(", ")} out of date`));
    await parts.queue.send(tx, "spec", { id: parts.identities.uuid(), subjectId: spec.id });
    return moved;
  });
}

function finished(spec: Spec, outputs: readonly PhaseOutput[], phase: Phase): PhaseOutput {
  const current = currentOutput(outputs, phase);
  if (current?.status === "finished" && phase !== "SYNC" && phase !== "COMPLETE") return current;
  throw new FaultError({
    kind: "invalid",
    message: `${label("SPC", spec.number)} has no ${phase} to decide about`,
    problems: [
      {
        at: "phase",
        message:
          current?.status === "skipped"
            ? `${phase} is skipped at size ${spec.size}`
            : `${phase} is not there, or is computed`,
        fix: `Name one of ${rejectable.filter((one) => currentOutput(outputs, one)?.status === "finished").join(", ")}`,
      },
    ],
  });
}
