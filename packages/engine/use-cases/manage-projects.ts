import type { NewEvent } from "@omoios/contract/events";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { shellWord } from "@omoios/domain/shared/shell-word";
import type { Spec } from "@omoios/domain/spec/spec";
import { unfinishedSpecStatuses } from "@omoios/domain/spec/state";
import type { AdmissionStore } from "../ports/admission-store.ts";
import type { Identities } from "../ports/clock.ts";
import type { Project, ProjectStore } from "../ports/project-store.ts";
import type { Repositories } from "../ports/repository.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import { record, type RecordParts } from "./record.ts";

export interface EnsureProjectParts extends RecordParts {
  readonly projects: ProjectStore;
  readonly admission: AdmissionStore;
  readonly slots: { readonly global: number; readonly perProject: number };
  readonly identities: Identities;
}

/** Takes a repository in as a project, once it is one that can be used; one that was removed comes back. */
export async function addProject(
  parts: EnsureProjectParts & { readonly repositories: Repositories },
  input: { readonly repository: string },
): Promise<Project> {
  const source = await parts.repositories.inspect(input.repository, null);
  const project = await ensureProject(parts, source.path);
  await record(parts, project.id, async (tx, emit) => {
    if (await parts.projects.restore(tx, project.id)) emit(projectAdded(project));
  });
  return { ...project, removedAt: null };
}

/** Hides a project from lists; its repository, hub and history stay. Refused while specs of it are unfinished. */
export async function removeProject(
  parts: RecordParts & { readonly projects: ProjectStore; readonly specs: SpecStore },
  input: { readonly projectId: string },
): Promise<Project> {
  const project = await parts.projects.get(input.projectId);
  const removedAt = parts.clock.now();
  await record(parts, project.id, async (tx, emit) => {
    // The write locks the project, so that no spec can be requested between looking and removing.
    await parts.projects.remove(tx, project.id, removedAt);
    const unfinished = await parts.specs.inProject(tx, project.id, unfinishedSpecStatuses);
    if (unfinished.length > 0) throw stillBusy(project, unfinished);
    const { name, source } = project;
    emit({ type: "project.removed", specId: null, taskId: null, attemptId: null, payload: { name, source } });
  });
  return { ...project, removedAt };
}

/** The project of a repository, removed or not; made when there is none. */
export async function ensureProject(parts: EnsureProjectParts, source: string): Promise<Project> {
  const known = await parts.projects.bySource(source);
  if (known !== null) return known;
  try {
    return await createProject(parts, source);
  } catch (error) {
    // Two first requests for one repository at once: the other one made it.
    const made =
      error instanceof FaultError && error.fault.kind === "stale" ? await parts.projects.bySource(source) : null;
    if (made === null) throw error;
    return made;
  }
}

/** What is told when a project is there, for the first time or again. */
export function projectAdded({ name, source }: Project): NewEvent {
  return { type: "project.added", specId: null, taskId: null, attemptId: null, payload: { name, source } };
}

async function createProject(parts: EnsureProjectParts, source: string): Promise<Project> {
  const name = source.split("/").findLast((piece) => piece.length > 0) ?? "project";
  const id = parts.identities.uuid();
  const project: Project = { id, name, source, createdAt: parts.clock.now(), removedAt: null };
  await record(parts, project.id, async (tx, emit) => {
    await parts.admission.lock(tx);
    await parts.projects.create(tx, project);
    await parts.admission.resize(tx, parts.slots);
    emit(projectAdded(project));
  });
  return project;
}

function stillBusy({ name, source }: Project, specs: readonly Spec[]): FaultError {
  const problems = specs.map(({ number, title }) => {
    const at = label("SPC", number);
    const fix = `Let it finish, or end it: omoios spec cancel ${at} --project ${shellWord(source)}`;
    return { at, message: `is unfinished: ${title}`, fix };
  });
  return new FaultError({ kind: "invalid", message: `The project ${name} cannot be removed`, problems });
}
