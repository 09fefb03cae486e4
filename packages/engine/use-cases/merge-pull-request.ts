import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { shortId } from "@omoios/domain/spec/pull-request-extent";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Forge, PullRequest } from "../ports/forge.ts";
import type { Hub, Repositories } from "../ports/repository.ts";
import { baseTips, firstMissing, type BaseBranchParts } from "./base-branch.ts";
import { specMoved } from "./happened.ts";
import { record } from "./record.ts";

export interface ReviewParts extends BaseBranchParts {
  readonly repositories: Repositories;
  readonly forge: Forge;
  readonly hubPath: (projectId: string) => string;
}

/** A merged pull request: where its base branch is in the hub now. */
export interface MergedPullRequest {
  readonly spec: Spec;
  readonly base: string;
  readonly commit: string;
  readonly hub: string;
  /** The repository the spec was asked for; nothing in it was changed. */
  readonly source: string;
}

/**
 * Merges a pull request: the base branch of the hub moves onto its head, which contains the newest base and was proven
 * as it is. The user's repository is only read.
 */
export async function mergePullRequest(
  parts: ReviewParts,
  { specId }: { readonly specId: string },
): Promise<MergedPullRequest> {
  const { spec, hub, pullRequest } = await inReview(parts, { specId, move: "be merged" });
  const { headCommit, baseBranch } = pullRequest;
  const ref = `refs/heads/${baseBranch}`;
  // Whoever died after moving the branch had merged it.
  const seen = await hub.resolve(ref);
  if (seen === null || !(await hub.isAncestor(headCommit, seen))) {
    const missing = await firstMissing(hub, await baseTips(parts, hub, spec), headCommit);
    if (missing !== null) throw baseMoved(spec, missing);
    if (!(await hub.moveRefs([{ ref, to: headCommit, seen }])))
      throw new FaultError({ kind: "stale", what: "The branch of the hub", id: baseBranch });
  }
  const { source } = await parts.projects.get(spec.projectId);
  const merged = await recordMerge(parts, spec, { commit: headCommit });
  return { spec: merged, base: baseBranch, commit: headCommit, hub: hub.path, source };
}

/** A spec whose pull request is open, and waits for nothing but its reader. */
export async function inReview(
  parts: ReviewParts,
  of: { readonly specId: string; readonly move: string },
): Promise<{ readonly spec: Spec; readonly hub: Hub; readonly pullRequest: PullRequest }> {
  const spec = await parts.specs.get(of.specId);
  const pullRequest = await parts.forge.find(spec.id);
  if (spec.status !== "in_review" || pullRequest === null) {
    const what = `The pull request of ${label("SPC", spec.number)}`;
    throw new FaultError({ kind: "illegal-move", what, state: spec.status, move: of.move });
  }
  return { spec, hub: await parts.repositories.openHub(parts.hubPath(spec.projectId)), pullRequest };
}

/** Writes down that a pull request is in its base branch. */
export async function recordMerge(
  parts: ReviewParts,
  spec: Spec,
  { commit }: { readonly commit: string },
): Promise<Spec> {
  return record(parts, spec.projectId, async (tx, emit) => {
    const merged = await parts.specs.move(tx, spec, { move: "merge", patch: { endedAt: parts.clock.now() } });
    const { branch, baseBranch } = await parts.forge.merge(tx, spec.id);
    emit(specMoved(spec, merged));
    emit({
      type: "pull_request.merged",
      ...{ specId: spec.id, taskId: null, attemptId: null },
      payload: { label: label("SPC", spec.number), branch, base: baseBranch, commit },
    });
    return merged;
  });
}

function baseMoved(spec: Spec, missing: string): FaultError {
  const name = label("SPC", spec.number);
  return new FaultError({
    kind: "invalid",
    message: `The pull request of ${name} cannot be merged as it is`,
    problems: [
      {
        at: spec.baseBranch,
        message: `has moved on to ${shortId(missing)}, and nobody has proven the two together`,
        fix: `omoios pr refresh ${name}`,
      },
    ],
  });
}
