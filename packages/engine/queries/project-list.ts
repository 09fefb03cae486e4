import type { ProjectListItem } from "@omoios/contract/http";
import { unfinishedSpecStatuses } from "@omoios/domain/spec/state";
import type { ReadParts } from "./read-parts.ts";
import { projectView } from "./spec-summary.ts";

/** Every project that is not removed, oldest first, with how many of its specs are unfinished. */
export async function listProjects(parts: Pick<ReadParts, "projects" | "specs">): Promise<ProjectListItem[]> {
  const projects = await parts.projects.list();
  const counts = await parts.specs.countByProject(unfinishedSpecStatuses);
  return projects.map((project) => ({
    ...projectView(project),
    addedAt: project.createdAt.toISOString(),
    specs: counts.get(project.id) ?? 0,
  }));
}
