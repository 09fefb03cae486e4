import { taskBranch } from "@omoios/domain/landing/branch-name";
import { label } from "@omoios/domain/shared/label";
import { oneLine } from "@omoios/domain/shared/plain-text";
import { counted, shortId } from "@omoios/domain/spec/pull-request-extent";
import type { Spec } from "@omoios/domain/spec/spec";
import { newTask, type Task } from "@omoios/domain/task/task";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import type { CommitSummary, Hub } from "../ports/repository.ts";
import { admit, type AdmitParts } from "./admit.ts";
import { specMoved } from "./happened.ts";
import { record, type RecordParts } from "./record.ts";

export interface BaseBranchParts extends AdmitParts, RecordParts {
  readonly projects: ProjectStore;
  readonly plans: PlanStore;
}

/** Commits of the base branch whose subjects are told to whoever has to mend or resolve their merge. */
const maxSubjects = 20;

/**
 * The newest commits of a spec's base branch: the one of the user's repository, fetched now, and the one pull requests
 * were merged into in the hub, as long as neither contains the other. The user's comes first.
 */
export async function baseTips(
  parts: Pick<BaseBranchParts, "projects">,
  hub: Hub,
  spec: Spec,
): Promise<readonly [string, ...string[]]> {
  const { source } = await parts.projects.get(spec.projectId);
  const fetched = await hub.fetchSource(source, spec.baseBranch);
  const merged = await hub.resolve(`refs/heads/${spec.baseBranch}`);
  if (merged === null || (await hub.isAncestor(merged, fetched))) return [fetched];
  return (await hub.isAncestor(fetched, merged)) ? [merged] : [fetched, merged];
}

/** The first of these commits that `head` does not contain, or null. */
export async function firstMissing(hub: Hub, commits: readonly string[], head: string): Promise<string | null> {
  for (const commit of commits) if (!(await hub.isAncestor(commit, head))) return commit;
  return null;
}

/**
 * Reopens a spec with a task that brings a commit of the base branch in. It goes the way of all work: merged with what
 * landed, proven by every check of the spec on exactly that merge, then landed.
 */
export async function bringInBase(
  parts: BaseBranchParts,
  spec: Spec,
  base: { readonly hub: Hub; readonly tip: string; readonly commit: string },
): Promise<Task> {
  const { hub, tip, commit } = base;
  // Histories without a common commit are nothing git or anybody could merge: this says so before there is a task.
  await hub.mergeBase(tip, commit);
  const commits = await hub.log(tip, commit);
  const ticket = (await parts.plans.tickets(spec.id)).at(-1);
  if (ticket === undefined)
    throw new Error(`${label("SPC", spec.number)} has no ticket its base could be brought in by`);
  const ref = `refs/omoios/bases/${commit}`;
  await hub.moveRefs([{ ref, to: commit, seen: await hub.resolve(ref) }]);
  return record(parts, spec.projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const reopened = await parts.specs.move(tx, spec, { move: "reopen" });
    const number = await parts.projects.nextNumber(tx, spec.projectId, "task");
    const task = taskRow(parts, spec, { ticketId: ticket.id, number, commit, commits });
    await parts.tasks.create(tx, task);
    const name = label("TSK", number);
    emit({
      type: "base.moved",
      ...{ specId: spec.id, taskId: task.id, attemptId: null },
      payload: { label: label("SPC", spec.number), branch: spec.baseBranch, commit, task: name },
    });
    emit(specMoved(spec, reopened, `${spec.baseBranch} has moved on; ${name} brings it in`));
    await admit(parts, tx, emit);
    return parts.tasks.get(task.id, tx);
  });
}

function taskRow(
  parts: BaseBranchParts,
  spec: Spec,
  of: {
    readonly ticketId: string;
    readonly number: number;
    readonly commit: string;
    readonly commits: readonly CommitSummary[];
  },
): Task {
  const title = `Bring in ${spec.baseBranch}`;
  const now = parts.clock.now();
  const made = newTask({
    id: parts.identities.uuid(),
    projectId: spec.projectId,
    specId: spec.id,
    kind: "work",
    ticketId: of.ticketId,
    number: of.number,
    title,
    description: descriptionOf(spec, of),
    mode: "implementation",
    priority: "high",
    declaredFiles: [],
    unmet: 0,
    downstream: 1,
    branch: taskBranch(of.number, title),
    createdAt: now,
  });
  return { ...made, status: "ready", mergeCommit: of.commit, readyAt: now };
}

function descriptionOf(
  spec: Spec,
  { commit, commits }: { readonly commit: string; readonly commits: readonly CommitSummary[] },
): string {
  const shown = commits.slice(-maxSubjects).map(({ subject }) => `- ${oneLine(subject, 120)}`);
  const left = commits.length - shown.length;
  return [
    `While this feature was built, ${spec.baseBranch} moved on to ${shortId(commit)} by ${counted(commits.length, "commit", "commits")}. The two belong together: what the feature does has to hold on what ${spec.baseBranch} is now, and what ${spec.baseBranch} does now has to stay.`,
    [...(left > 0 ? [`- ${left} earlier ones`] : []), ...shown].join("\n"),
  ].join("\n\n");
}
