import type { ProjectView } from "@omoios/contract/http";
import type { SpecSummary } from "@omoios/contract/http-spec";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Project } from "../ports/project-store.ts";

export function projectView(project: Project): ProjectView {
  return { id: project.id, name: project.name, source: project.source };
}

/** A spec as lists show it. */
export function specSummary(spec: Spec, project: Project): SpecSummary {
  return {
    id: spec.id,
    label: label("SPC", spec.number),
    project: projectView(project),
    title: spec.title,
    request: spec.request,
    size: spec.size,
    status: spec.status,
    phase: spec.phase,
    version: spec.version,
    pausedReason: spec.pausedReason,
    pausedBy: spec.pausedBy,
    attention: spec.attention,
    settings: spec.settings,
    base: { branch: spec.baseBranch, commit: spec.baseCommit },
    branch: spec.branch,
    requestedAt: spec.requestedAt.toISOString(),
    endedAt: timeOrNull(spec.endedAt),
  };
}

export function timeOrNull(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
