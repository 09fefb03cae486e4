import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { Discovery } from "@omoios/domain/discovery/discovery";
import { FaultError } from "@omoios/domain/shared/fault";
import { label, parseLabel } from "@omoios/domain/shared/label";
import { nearest } from "@omoios/domain/shared/nearest-name";
import { oneLine } from "@omoios/domain/shared/plain-text";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import type { Project } from "../ports/project-store.ts";
import type { ReadParts } from "./read-parts.ts";

/** What people write for a thing: its uuid, or a label and, when several projects have that label, the project. */
export interface Reference {
  readonly id: string;
  /** Name, id or repository path. */
  readonly project?: string | undefined;
}

/** A label that more than one project has. */
export class AmbiguousReference extends Error {
  override readonly name = "AmbiguousReference";
  readonly choices: readonly { readonly id: string; readonly project: Project }[];

  constructor(name: string, choices: AmbiguousReference["choices"]) {
    super(`${name} is in ${String(choices.length)} projects: ${choices.map(({ project }) => project.name).join(", ")}`);
    this.choices = choices;
  }
}

const uuidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/** The spec a reference names. Throws `not-found`, `invalid` or {@link AmbiguousReference}. */
export async function findSpec(parts: Pick<ReadParts, "projects" | "specs">, reference: Reference): Promise<Spec> {
  if (uuidPattern.test(reference.id)) return parts.specs.get(reference.id.toLowerCase());
  const number = parseLabel("SPC", reference.id);
  if (number === null) throw notAReference("spec", reference.id, "SPC-7");
  return only(parts, reference, (project) => parts.specs.byNumber(project.id, number));
}

/** The task a reference names. Throws like {@link findSpec}. */
export async function findTask(parts: Pick<ReadParts, "projects" | "tasks">, reference: Reference): Promise<Task> {
  if (uuidPattern.test(reference.id)) return parts.tasks.get(reference.id.toLowerCase());
  const explored = parseLabel("XPL", reference.id);
  const number = explored ?? parseLabel("TSK", reference.id);
  if (number === null) throw notAReference("task", reference.id, "TSK-101");
  const kind = explored === null ? "work" : "exploration";
  return only(parts, reference, (project) => parts.tasks.byNumber(project.id, number, kind));
}

/** The discovery a reference names. Throws like {@link findSpec}. */
export async function findDiscovery(
  parts: Pick<ReadParts, "projects" | "discoveries">,
  reference: Reference,
): Promise<Discovery> {
  if (uuidPattern.test(reference.id)) return parts.discoveries.get(reference.id.toLowerCase());
  const number = parseLabel("DSC", reference.id);
  if (number === null) throw notAReference("discovery", reference.id, "DSC-3");
  return only(parts, reference, (project) => parts.discoveries.byNumber(project.id, number));
}

/** The attempt a reference names: a uuid, or `TSK-101.2` for the second attempt at a task. Throws like {@link findSpec}. */
export async function findAttempt(
  parts: Pick<ReadParts, "projects" | "tasks" | "attempts">,
  reference: Reference,
): Promise<Attempt> {
  if (uuidPattern.test(reference.id)) return parts.attempts.get(reference.id.toLowerCase());
  const match = /^(?<task>.+)\.(?<number>[1-9]\d{0,5})$/u.exec(reference.id)?.groups;
  if (match?.["task"] === undefined) throw notAReference("attempt", reference.id, "TSK-101.2");
  const task = await findTask(parts, { ...reference, id: match["task"] });
  const attempts = await parts.attempts.ofTask(task.id);
  const found = attempts.find((attempt) => attempt.number === Number(match["number"]));
  if (found !== undefined) return found;
  const fix = `The task has had ${String(attempts.length)} attempt${attempts.length === 1 ? "" : "s"}`;
  throw new FaultError({ kind: "not-found", what: "Attempt", id: reference.id, fix });
}

/** The project a person means by a name, an id or a repository path. */
export async function findProject(parts: Pick<ReadParts, "projects">, text: string): Promise<Project> {
  const known = await parts.projects.list();
  const [project, another] = matching(known, text);
  if (project === undefined) throw unknownProject(text, known);
  if (another === undefined) return project;
  const fix = "Give the path of its repository instead of its name";
  throw new FaultError({
    kind: "invalid",
    message: `Several projects are called ${text}`,
    problems: [{ at: "project", message: `is the name of ${project.source} and of ${another.source}`, fix }],
  });
}

async function only<Thing extends { readonly id: string }>(
  parts: Pick<ReadParts, "projects">,
  reference: Reference,
  lookUp: (project: Project) => Promise<Thing | null>,
): Promise<Thing> {
  const all = await parts.projects.list();
  const candidates = reference.project === undefined ? all : matching(all, reference.project);
  if (reference.project !== undefined && candidates.length === 0) throw unknownProject(reference.project, all);
  const found: { thing: Thing; project: Project }[] = [];
  for (const project of candidates) {
    const thing = await lookUp(project);
    if (thing !== null) found.push({ thing, project });
  }
  const [first] = found;
  if (first === undefined) throw notThere(reference.id);
  if (found.length === 1) return first.thing;
  throw new AmbiguousReference(
    reference.id,
    found.map(({ thing, project }) => ({ id: thing.id, project })),
  );
}

function matching(projects: readonly Project[], text: string): readonly Project[] {
  const exact = projects.filter((project) => project.id === text || project.source === text);
  return exact.length > 0 ? exact : projects.filter((project) => project.name === text);
}

function notThere(name: string): FaultError {
  if (/^dsc/iu.test(name))
    return new FaultError({
      kind: "not-found",
      what: "Discovery",
      id: name,
      fix: "See what waits with: omoios discovery list",
    });
  const isTask = /^(?:tsk|xpl)/iu.test(name);
  const fix = isTask ? "See the tasks of a spec with: omoios task list SPEC" : "See all with: omoios spec list";
  return new FaultError({ kind: "not-found", what: isTask ? "Task" : "Spec", id: name, fix });
}

function unknownProject(text: string, known: readonly Project[]): FaultError {
  const meant = nearest(
    text,
    known.map((project) => project.name),
  );
  const fix =
    meant === null
      ? "Name the folder of its repository; omoios project list shows the projects there are"
      : `Did you mean ${meant}? omoios project list shows all`;
  return new FaultError({ kind: "not-found", what: "Project", id: text, fix });
}

const prefixes = { spec: "SPC", task: "TSK", attempt: "TSK", discovery: "DSC" } as const;

function notAReference(what: keyof typeof prefixes, text: string, example: string): FaultError {
  const number = /^[a-z]{0,6}[-_ ]?0*(?<number>[1-9]\d{0,5})$/iu.exec(text)?.groups?.["number"];
  const fix =
    number === undefined ? `Write it like ${example}` : `Did you mean ${label(prefixes[what], Number(number))}?`;
  const message = `is neither a uuid nor a label like ${example}`;
  return new FaultError({
    kind: "invalid",
    message: `"${oneLine(text, 60)}" names no ${what}`,
    problems: [{ at: oneLine(text, 60), message, fix }],
  });
}
