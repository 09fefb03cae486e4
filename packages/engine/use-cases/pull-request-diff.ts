import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import type { Forge } from "../ports/forge.ts";
import type { Repositories } from "../ports/repository.ts";
import type { SpecStore } from "../ports/spec-store.ts";

export interface PullRequestDiffParts {
  readonly specs: SpecStore;
  readonly forge: Forge;
  readonly repositories: Repositories;
  readonly hubPath: (projectId: string) => string;
}

/** The unified diff from the newest commit of the base branch a pull request contains to the one it offers, cut at `maxBytes`. */
export async function pullRequestDiff(
  parts: PullRequestDiffParts,
  which: { readonly specId: string; readonly maxBytes: number },
): Promise<string> {
  const spec = await parts.specs.get(which.specId);
  const found = await parts.forge.find(spec.id);
  if (found === null) {
    const fix = `It is opened when every criterion is met; the spec is ${spec.status}`;
    throw new FaultError({ kind: "not-found", what: "The pull request of", id: label("SPC", spec.number), fix });
  }
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  return hub.diff(found.baseCommit, found.headCommit, { maxBytes: which.maxBytes });
}
