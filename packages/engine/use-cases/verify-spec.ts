import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { goalOf, type GoalCriterion, type LandedState } from "@omoios/domain/spec/goal";
import type { Proof } from "@omoios/domain/proof/judge";
import type { Spec } from "@omoios/domain/spec/spec";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { Forge } from "../ports/forge.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { Hub, Repositories } from "../ports/repository.ts";
import { landedStates } from "../queries/landed-states.ts";
import { baseTips, bringInBase, firstMissing, type BaseBranchParts } from "./base-branch.ts";
import { attentionRaised, specMoved } from "./happened.ts";
import { provingTasks } from "./proving-tasks.ts";
import { record } from "./record.ts";
import { writePullRequest, type PullRequestParts } from "./write-pull-request.ts";

export interface VerifyParts extends PullRequestParts, BaseBranchParts {
  readonly plans: PlanStore;
  readonly proofs: ProofStore;
  readonly repositories: Repositories;
  readonly forge: Forge;
  readonly hubPath: (projectId: string) => string;
}

/**
 * The last look at a spec whose tasks are complete: are all criteria met on the tree its branch has now, and does that
 * contain what the base branch is now? Then its pull request is opened, in the transaction that says so.
 */
export async function verifySpec(parts: VerifyParts, spec: Spec): Promise<void> {
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  const tip = (await hub.resolve(`refs/heads/${spec.branch}`)) ?? spec.baseCommit;
  const proof = await proofOf(parts, spec.id);
  const goal = goalOf({ ...proof, landings: await landingsOf(parts, spec, hub) });
  const leftOut = new Set(proof.criteria.filter((one) => one.acceptedReason !== null).map((one) => one.id));
  const open = goal.criteria.filter((one) => one.standing !== "met" && !leftOut.has(one.criterionId));
  if (open.length > 0) {
    await raise(parts, spec, await choicesText(parts, spec, open));
    return;
  }
  if (tip === spec.baseCommit) {
    await close(parts, spec);
    return;
  }
  const baseCommit = await containedBase(parts, spec, { hub, tip });
  if (baseCommit === null) return;
  const pullRequest = await writePullRequest(parts, spec, {
    hub,
    baseCommit,
    tip,
    tree: await hub.treeOf(tip),
    standings: goal.criteria,
  });
  await record(parts, spec.projectId, async (tx, emit) => {
    const reviewed = await parts.specs.move(tx, spec, { move: "satisfy" });
    await parts.forge.open(tx, pullRequest);
    emit(specMoved(spec, reviewed));
    emit({
      type: "pull_request.opened",
      specId: spec.id,
      taskId: null,
      attemptId: null,
      payload: {
        label: label("SPC", spec.number),
        branch: pullRequest.branch,
        base: pullRequest.baseBranch,
        title: pullRequest.title,
      },
    });
  });
}

/**
 * The newest commit of the base branch the spec's branch contains, when that is the newest there is; otherwise that one is
 * brought in first. A person who cancels this does without it until they ask for it: `pr refresh`.
 */
async function containedBase(
  parts: VerifyParts,
  spec: Spec,
  { hub, tip }: { readonly hub: Hub; readonly tip: string },
): Promise<string | null> {
  try {
    const tips = await baseTips(parts, hub, spec);
    const missing = await firstMissing(hub, tips, tip);
    if (missing === null) return tips[0];
    const newest = (await parts.tasks.ofSpec(spec.id)).findLast((task) => task.mergeCommit !== null);
    if (newest?.status === "cancelled") return await hub.mergeBase(tip, missing);
    await bringInBase(parts, spec, { hub, tip, commit: missing });
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.kind === "stale") throw error;
    await raise(parts, spec, [faultMessage(error.fault), ...faultFixes(error.fault)].join(". "));
  }
  return null;
}

/** What is not proven, and what a person can do about each. */
async function choicesText(parts: VerifyParts, spec: Spec, open: readonly GoalCriterion[]): Promise<string> {
  const name = label("SPC", spec.number);
  const sentences: string[] = [];
  for (const { criterionId, label: criterion, standing, reason } of open) {
    const accept = `omoios spec accept ${name} ${criterion} --reason "…"`;
    const proving = await provingTasks(parts, { specId: spec.id, criterionIds: [criterionId] });
    const task = proving.findLast(({ status }) => status === "cancelled");
    if (standing === "judged") sentences.push(`${criterion}: ${reason}. Say yes with ${accept}`);
    else if (task === undefined) sentences.push(`${criterion}: ${reason}`);
    else {
      const cancelled = taskLabel(task);
      sentences.push(
        `${criterion} is not done, since ${cancelled} was cancelled. Plan it anew with omoios task replan ${cancelled}, or go without it: ${accept}`,
      );
    }
  }
  return sentences.join("; ");
}

async function proofOf(parts: VerifyParts, specId: string): Promise<Omit<Proof, "tree">> {
  const [criteria, checks, evidence, verdicts] = await Promise.all([
    parts.plans.criteria(specId),
    parts.plans.checks(specId),
    parts.proofs.evidenceOfSpec(specId),
    parts.proofs.verdictsOfSpec(specId),
  ]);
  return { criteria, checks, evidence, verdicts };
}

/** What the spec's branch has been: its base first, since a criterion may be met before anything lands. */
async function landingsOf(parts: VerifyParts, spec: Spec, hub: Hub): Promise<readonly LandedState[]> {
  const base = { commit: spec.baseCommit, tree: await hub.treeOf(spec.baseCommit), landedAt: spec.requestedAt };
  return [base, ...landedStates(spec.baseCommit, await parts.proofs.candidatesOfSpec(spec.id))];
}

async function raise(parts: VerifyParts, spec: Spec, reason: string): Promise<void> {
  await record(parts, spec.projectId, async (tx, emit) => {
    emit(attentionRaised(await parts.specs.patch(tx, spec, { attention: reason }), reason));
  });
}

/** Every criterion was met before any work: there is nothing to review. */
async function close(parts: VerifyParts, spec: Spec): Promise<void> {
  await record(parts, spec.projectId, async (tx, emit) => {
    const closed = await parts.specs.move(tx, spec, { move: "close", patch: { endedAt: parts.clock.now() } });
    emit(specMoved(spec, closed, "every criterion was met already; nothing had to change"));
  });
}
