import type { Conflict } from "@omoios/domain/landing/conflict";
import { conflictBranch } from "@omoios/domain/landing/conflict";
import { auditText } from "@omoios/domain/landing/audit-resolution";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Task } from "@omoios/domain/task/task";
import { auditCommits } from "../attempt/resolution.ts";
import { mergeWithMarkers } from "../attempt/start-point.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import type { Hub, Repositories } from "../ports/repository.ts";
import { conflictSides, type ConflictSides, type SideParts } from "../queries/conflict-sides.ts";
import { admit } from "./admit.ts";
import { clearAttention } from "./clear-attention.ts";
import { record } from "./record.ts";
import { requeueTask, type SettleParts } from "./settle-task.ts";

export type ResolveByHandParts = SettleParts &
  SideParts & {
    readonly projects: ProjectStore;
    readonly repositories: Repositories;
    readonly hubPath: (projectId: string) => string;
  };

/** Where the two sides of a conflict wait for a person. */
export interface TakenConflict {
  readonly branch: string;
  /** Git's merge of the two sides, with conflict markers. */
  readonly commit: string;
  readonly hub: string;
  /** The repository the spec was asked for. */
  readonly source: string;
}

/** What a person has to know to resolve a task's conflict. */
export async function showConflict(
  parts: ResolveByHandParts,
  { taskId }: { readonly taskId: string },
): Promise<{ readonly conflict: Conflict; readonly sides: ConflictSides }> {
  const { task, conflict, hub } = await find(parts, taskId);
  return { conflict, sides: await conflictSides(parts, { hub, task, conflict }) };
}

/** Puts git's merge of the two sides on a branch of the hub, for a person to fetch. */
export async function takeConflict(
  parts: ResolveByHandParts,
  { taskId }: { readonly taskId: string },
): Promise<TakenConflict> {
  const { task, conflict, hub } = await find(parts, taskId);
  const branch = conflictBranch(label("TSK", task.number));
  const commit = await mergeWithMarkers(hub, { conflict, task: task.number });
  const ref = `refs/heads/${branch}`;
  await hub.moveRefs([{ ref, to: commit, seen: await hub.resolve(ref) }]);
  const { source } = await parts.projects.get(task.projectId);
  return { branch, commit, hub: hub.path, source };
}

/**
 * Takes what a person made of a conflict from a branch of their repository. What it loses is said at once; then the task
 * goes on with it, and it is proven and lands like everything else.
 */
export async function finishConflict(
  parts: ResolveByHandParts,
  given: { readonly taskId: string; readonly branch: string | null; readonly acceptLost: boolean },
): Promise<Task> {
  const { task, conflict, hub } = await find(parts, given.taskId);
  refuseUnlessHandedOver(task, conflict);
  const { source } = await parts.projects.get(task.projectId);
  const branch = given.branch ?? conflictBranch(label("TSK", task.number));
  const tip = await hub.fetchSource(source, branch);
  await refuseOtherWork(hub, { task, conflict, tip, branch });
  await refuseFindings(hub, { conflict, tip, acceptLost: given.acceptLost });
  return record(parts, task.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const seen = await parts.conflicts.unsettled(task.id, tx);
    if (seen === null || seen.version !== conflict.version)
      throw new FaultError({ kind: "stale", what: "The conflict of", id: label("TSK", task.number) });
    await parts.conflicts.patch(tx, seen, { personTip: tip, acceptLost: given.acceptLost });
    const now = await parts.tasks.get(task.id, tx);
    await requeueTask(parts, { tx, emit }, { task: now, reason: `a person resolved its conflict on ${branch}` });
    await clearAttention(parts, { tx, emit }, await parts.specs.get(task.specId, tx));
    await admit(parts, tx, emit);
    return parts.tasks.get(task.id, tx);
  });
}

async function find(
  parts: ResolveByHandParts,
  taskId: string,
): Promise<{ readonly task: Task; readonly conflict: Conflict; readonly hub: Hub }> {
  const task = await parts.tasks.get(taskId);
  const conflict = await parts.conflicts.unsettled(taskId);
  if (conflict === null) {
    const fix = "omoios conflict list shows what conflicts now";
    throw new FaultError({ kind: "not-found", what: "An open conflict of", id: label("TSK", task.number), fix });
  }
  return { task, conflict, hub: await parts.repositories.openHub(parts.hubPath(task.projectId)) };
}

/** While an agent is at it, two would resolve the same thing. */
function refuseUnlessHandedOver(task: Task, conflict: Conflict): void {
  if (conflict.state === "with_person" && task.status === "blocked") return;
  throw new FaultError({
    kind: "illegal-move",
    what: `The conflict of ${label("TSK", task.number)}`,
    state: conflict.state === "with_person" ? task.status : conflict.state,
    move: "be finished by a person; agents are at it",
  });
}

async function refuseOtherWork(
  hub: Hub,
  of: { readonly task: Task; readonly conflict: Conflict; readonly tip: string; readonly branch: string },
): Promise<void> {
  const { conflict, tip } = of;
  const sides = await Promise.all([conflict.specTip, conflict.taskTip].map((side) => hub.isAncestor(side, tip)));
  if (sides.every(Boolean)) return;
  throw new FaultError({
    kind: "invalid",
    message: "This branch does not resolve the conflict",
    problems: [
      {
        at: of.branch,
        message: "does not contain both sides",
        fix: `Start from omoios conflict take ${label("TSK", of.task.number)} and commit on that branch`,
      },
    ],
  });
}

async function refuseFindings(
  hub: Hub,
  of: { readonly conflict: Conflict; readonly tip: string; readonly acceptLost: boolean },
): Promise<void> {
  const { specTip, taskTip } = of.conflict;
  const findings = await auditCommits(hub, { specTip, taskTip, resolution: of.tip });
  const standing = findings.filter(({ kind }) => kind === "marker" || !of.acceptLost);
  if (standing.length === 0) return;
  const fix = standing.some(({ kind }) => kind === "marker")
    ? "Resolve what is left and commit again"
    : "Put them back and commit again, or say that it is meant so: --accept-lost";
  throw new FaultError({
    kind: "invalid",
    message: "The resolution does not keep what both sides did",
    problems: standing.map((finding, index) => ({
      at: finding.path,
      message: auditText(finding),
      ...(index === standing.length - 1 ? { fix } : {}),
    })),
  });
}
