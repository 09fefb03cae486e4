import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { baseTips, bringInBase, firstMissing } from "./base-branch.ts";
import { inReview, recordMerge, type ReviewParts } from "./merge-pull-request.ts";

/**
 * What a look at the base branch led to: nothing, since the pull request contains it; a task that brings it in; or the
 * end of the pull request, which its reader has taken into the base branch by their own hand.
 */
export interface Refreshed {
  readonly outcome: "current" | "moved" | "merged";
  readonly spec: Spec;
  readonly base: string;
  /** Where the base branch is now. */
  readonly baseCommit: string;
  /** What brings it in, when it has moved on. */
  readonly task: Task | null;
}

/** Looks where the base branch of a pull request stands now, and brings it in when it has moved on. */
export async function refreshPullRequest(
  parts: ReviewParts,
  { specId }: { readonly specId: string },
): Promise<Refreshed> {
  const { spec, hub, pullRequest } = await inReview(parts, { specId, move: "be refreshed" });
  const base = pullRequest.baseBranch;
  const tips = await baseTips(parts, hub, spec);
  for (const commit of tips) {
    if (!(await hub.isAncestor(pullRequest.headCommit, commit))) continue;
    const merged = await recordMerge(parts, spec, { commit });
    return { outcome: "merged", spec: merged, base, baseCommit: commit, task: null };
  }
  const missing = await firstMissing(hub, tips, pullRequest.headCommit);
  if (missing === null) return { outcome: "current", spec, base, baseCommit: tips[0], task: null };
  const task = await bringInBase(parts, spec, { hub, tip: pullRequest.headCommit, commit: missing });
  return { outcome: "moved", spec: await parts.specs.get(specId), base, baseCommit: missing, task };
}
