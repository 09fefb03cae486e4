import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Plan } from "@omoios/domain/spec/plan-shape";
import type { Spec } from "@omoios/domain/spec/spec";
import { planDigest, sealedPlan } from "../planning/read-plan.ts";
import { publishedPlan } from "../planning/publish-plan.ts";
import type { Transaction } from "../ports/database.ts";
import type { Digest } from "../ports/digest.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import type { Repositories } from "../ports/repository.ts";
import { admit } from "./admit.ts";
import { specMoved, taskMoved } from "./happened.ts";
import { record, type Emit } from "./record.ts";
import type { SettleParts } from "./settle-task.ts";

export interface ApproveParts extends SettleParts {
  readonly projects: ProjectStore;
  readonly plans: PlanStore;
  readonly repositories: Repositories;
  readonly digest: Digest;
  readonly hubPath: (projectId: string) => string;
  readonly proof: { readonly checkTimeoutMs: number };
}

/**
 * Approves exactly the plan whose digest was seen, publishes it as tickets, tasks, criteria and checks, and starts what
 * is ready. Any other digest is refused: the plan changed since.
 */
export async function approvePlan(
  parts: ApproveParts,
  approval: { readonly specId: string; readonly digest: string; readonly by: "policy" | "person" },
): Promise<Spec> {
  const spec = await parts.specs.get(approval.specId);
  const outputs = await parts.plans.phaseOutputs(spec.id);
  const plan = sealedPlan(spec, outputs);
  const current = planDigest(parts.digest, spec, outputs);
  if (current !== approval.digest) {
    throw new FaultError({
      kind: "invalid",
      message: "This is not the plan that stands now",
      problems: [
        {
          at: "digest",
          message: `is ${approval.digest}, the plan's is ${current}`,
          fix: `Look again: omoios spec show ${label("SPC", spec.number)}`,
        },
      ],
    });
  }
  await createSpecBranch(parts, spec);
  return record(parts, spec.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const seen = await parts.specs.get(spec.id, tx);
    // The plan was read before; whoever changed it since has changed the spec's version.
    if (seen.version !== spec.version) throw new FaultError({ kind: "stale", what: "spec", id: spec.id });
    const approved = await parts.specs.move(tx, seen, { move: "approve", patch: { phase: "COMPLETE" } });
    await parts.plans.addApproval(tx, {
      id: parts.identities.uuid(),
      specId: spec.id,
      subject: "plan",
      digest: approval.digest,
      decision: "approved",
      decidedBy: approval.by,
      reason: null,
      sentBack: null,
      decidedAt: parts.clock.now(),
    });
    emit({
      type: "plan.approved",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: { label: label("SPC", spec.number), digest: approval.digest, by: approval.by },
    });
    emit(specMoved(seen, approved));
    await publish(parts, { tx, emit }, { spec: approved, plan });
    await admit(parts, tx, emit);
    return approved;
  });
}

/** Cuts the spec branch at the base commit. Nothing happens when a process that died did it before. */
async function createSpecBranch(parts: ApproveParts, spec: Spec): Promise<void> {
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  const ref = `refs/heads/${spec.branch}`;
  if ((await hub.resolve(ref)) === null) await hub.moveRefs([{ ref, to: spec.baseCommit, seen: null }]);
}

async function publish(
  parts: ApproveParts,
  { tx, emit }: { readonly tx: Transaction; readonly emit: Emit },
  { spec, plan }: { readonly spec: Spec; readonly plan: Plan },
): Promise<void> {
  const numbers = {
    tickets: await nextNumbers(parts, tx, { spec, kind: "ticket", count: plan.tickets.length }),
    tasks: await nextNumbers(parts, tx, { spec, kind: "task", count: plan.tasks.length }),
  };
  const published = publishedPlan(parts, { spec, plan, numbers });
  await parts.plans.publish(tx, published);
  emit({
    type: "plan.published",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: {
      label: label("SPC", spec.number),
      tickets: published.tickets.map((ticket) => label("TKT", ticket.number)),
      tasks: published.tasks.map((task) => ({ label: label("TSK", task.number), title: task.title })),
      criteria: published.criteria.map((criterion) => ({ label: criterion.label, text: criterion.text })),
    },
  });
  const at = parts.clock.now();
  for (const task of published.tasks) {
    if (task.unmet > 0) continue;
    emit(taskMoved(task, await parts.tasks.move(tx, task, { move: "ready", patch: { readyAt: at } })));
  }
}

async function nextNumbers(
  parts: ApproveParts,
  tx: Transaction,
  of: { readonly spec: Spec; readonly kind: "ticket" | "task"; readonly count: number },
): Promise<readonly number[]> {
  const numbers: number[] = [];
  while (numbers.length < of.count) numbers.push(await parts.projects.nextNumber(tx, of.spec.projectId, of.kind));
  return numbers;
}
