import { apiPaths } from "@omoios/contract/http";
import { specViewSchema, type SpecView } from "@omoios/contract/http-spec";
import { taskViewSchema, type TaskView } from "@omoios/contract/http-task";
import type { ApiClient } from "./api-client.ts";
import { ProblemError } from "./problem-error.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** What decides which project a label belongs to. */
export interface ReferenceScope {
  readonly cwd: string;
}

export interface Reference {
  readonly client: ApiClient;
  /** A label such as SPC-7, or an id. */
  readonly reference: string;
  readonly flags: { readonly project?: string | undefined };
}

/** The spec a person named. */
export async function findSpec(scope: ReferenceScope, { client, reference, flags }: Reference): Promise<SpecView> {
  return inProject(scope, flags, async (project) => client.get(apiPaths.spec(reference), specViewSchema, { project }));
}

/** The task a person named. */
export async function findTask(scope: ReferenceScope, { client, reference, flags }: Reference): Promise<TaskView> {
  return inProject(scope, flags, async (project) => client.get(apiPaths.task(reference), taskViewSchema, { project }));
}

/**
 * Labels are counted per project. When several projects have the one that was named and `--project` says nothing, the
 * project of the repository around the working folder is meant.
 */
export async function inProject<Value>(
  scope: ReferenceScope,
  flags: { readonly project?: string | undefined },
  ask: (project: string | undefined) => Promise<Value>,
): Promise<Value> {
  try {
    return await ask(flags.project);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== "ambiguous" || flags.project !== undefined)
      throw error;
    const here = await repositoryPath(undefined, scope.cwd);
    const choice = error.problem.choices.find(({ project }) => project.source === here);
    if (choice === undefined) throw error;
    return ask(choice.project.id);
  }
}
