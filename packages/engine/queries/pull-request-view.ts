import type { PullRequestSummary, PullRequestView } from "@omoios/contract/http-spec";
import { apiPaths } from "@omoios/contract/http";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { PullRequest } from "../ports/forge.ts";
import type { ReadParts } from "./read-parts.ts";

/** A pull request of the local forge, without its text. Its address is the API's. */
export function pullRequestSummary(spec: Spec, found: PullRequest, publicUrl: string): PullRequestSummary {
  return {
    spec: label("SPC", spec.number),
    state: found.state,
    branch: found.branch,
    base: found.baseBranch,
    baseCommit: found.baseCommit,
    headCommit: found.headCommit,
    title: found.title,
    url: publicUrl + apiPaths.specPullRequest(spec.id),
    openedAt: found.openedAt.toISOString(),
  };
}

/** The pull request of a spec. Throws `not-found` while there is none. */
export async function pullRequestView(
  parts: Pick<ReadParts, "forge" | "publicUrl" | "hubPath">,
  spec: Spec,
): Promise<PullRequestView> {
  const found = await parts.forge.find(spec.id);
  if (found === null) {
    const fix = `It is opened when every criterion is met; the spec is ${spec.status}`;
    throw new FaultError({ kind: "not-found", what: "The pull request of", id: label("SPC", spec.number), fix });
  }
  const summary = pullRequestSummary(spec, found, parts.publicUrl());
  return { ...summary, body: found.body, hub: parts.hubPath(spec.projectId) };
}
