import type { SpecSummary } from "@omoios/contract/http-spec";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Spec } from "@omoios/domain/spec/spec";
import type { SpecStatus } from "@omoios/domain/spec/state";
import type { Project } from "../ports/project-store.ts";
import type { ReadParts } from "./read-parts.ts";
import { findProject } from "./references.ts";
import { specSummary } from "./spec-summary.ts";

export interface SpecListQuery {
  readonly project?: string | undefined;
  readonly status?: readonly SpecStatus[] | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface SpecPage {
  readonly items: SpecSummary[];
  readonly next: string | null;
}

/** A page of specs, newest first. */
export async function listSpecs(parts: Pick<ReadParts, "projects" | "specs">, query: SpecListQuery): Promise<SpecPage> {
  const project = query.project === undefined ? null : await findProject(parts, query.project);
  const found = await parts.specs.list({
    ...(project === null ? {} : { projectId: project.id }),
    ...(query.status === undefined ? {} : { statuses: query.status }),
    ...(query.cursor === undefined ? {} : { before: parseCursor(query.cursor) }),
    limit: query.limit + 1,
  });
  const shown = found.slice(0, query.limit);
  const last = shown.at(-1);
  const projects = new Map((await parts.projects.list()).map((each) => [each.id, each]));
  return {
    items: shown.map((spec) => specSummary(spec, projectOf(projects, spec))),
    next: found.length > query.limit && last !== undefined ? cursorOf(last) : null,
  };
}

function projectOf(projects: ReadonlyMap<string, Project>, spec: Spec): Project {
  const project = projects.get(spec.projectId);
  if (project === undefined)
    throw new Error(`Spec ${spec.id} belongs to project ${spec.projectId}, which is not stored`);
  return project;
}

function cursorOf(spec: Spec): string {
  return `${spec.requestedAt.toISOString()}_${spec.id}`;
}

function parseCursor(cursor: string): { readonly requestedAt: Date; readonly id: string } {
  const [time, id] = cursor.split("_");
  const requestedAt = new Date(time ?? "");
  if (id !== undefined && /^[0-9a-f-]{36}$/u.test(id) && !Number.isNaN(requestedAt.getTime()))
    return { requestedAt, id };
  const problem = {
    at: "cursor",
    message: "is not one this server gave",
    fix: "Use `next` of the page before, unchanged",
  };
  throw new FaultError({ kind: "invalid", message: "The page cannot be found", problems: [problem] });
}
