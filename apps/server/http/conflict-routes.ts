import { apiPaths, emptyBodySchema, projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import {
  conflictDetailSchema,
  conflictListQuerySchema,
  conflictListSchema,
  finishConflictSchema,
  takenConflictSchema,
  type ConflictDetail,
} from "@omoios/contract/http-conflict";
import { taskViewSchema } from "@omoios/contract/http-task";
import type { Intent } from "@omoios/engine/queries/conflict-sides";
import { listConflicts, readConflict } from "@omoios/engine/queries/conflict-view";
import { findProject, findTask } from "@omoios/engine/queries/references";
import { taskView } from "@omoios/engine/queries/task-view";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

const oneTask = { params: referenceSchema, querystring: projectQuerySchema, tags: ["conflicts"] } as const;
const one = "/api/v1/tasks/:id/conflict";

/** Conflicts: look at, take, hand back. */
export function addConflictRoutes(api: Api, parts: ApiParts): void {
  addConflictReads(api, parts);
  addConflictCommands(api, parts);
}

function addConflictReads(api: Api, parts: ApiParts): void {
  const { reads, commands } = parts;
  api.get(
    apiPaths.conflicts,
    {
      config: { permission: "read" },
      schema: {
        summary: "Conflicts with what landed meanwhile, oldest first",
        tags: ["conflicts"],
        querystring: conflictListQuerySchema,
        response: { 200: conflictListSchema },
      },
    },
    async ({ query: { project, all } }) =>
      listConflicts(reads, { projectId: project === undefined ? null : (await findProject(reads, project)).id, all }),
  );
  api.get(
    one,
    {
      config: { permission: "read" },
      schema: { ...oneTask, summary: "A task's conflict: both sides", response: { 200: conflictDetailSchema } },
    },
    async ({ params, query }): Promise<ConflictDetail> => {
      const { id } = await findTask(reads, { ...params, ...query });
      const { conflict, sides } = await commands.showConflict({ taskId: id });
      return {
        ...(await readConflict(reads, conflict)),
        work: intent(sides.work),
        landed: sides.landed.map(intent),
        diffs: sides.diffs,
      };
    },
  );
}

function addConflictCommands(api: Api, parts: ApiParts): void {
  const { reads, commands } = parts;
  api.post(
    `${one}/take`,
    {
      config: { permission: "run" },
      schema: {
        ...oneTask,
        summary: "Put both sides, merged with markers, on a branch to fetch",
        body: emptyBodySchema,
        response: { 200: takenConflictSchema },
      },
    },
    async ({ params, query }) => {
      const { id } = await findTask(reads, { ...params, ...query });
      return commands.takeConflict({ taskId: id });
    },
  );
  api.post(
    `${one}/done`,
    {
      config: { permission: "run" },
      schema: {
        ...oneTask,
        summary: "Hand back a resolution; it is audited, proven and lands",
        body: finishConflictSchema,
        response: { 200: taskViewSchema },
      },
    },
    async ({ params, query, body }) => {
      const { id } = await findTask(reads, { ...params, ...query });
      return taskView(reads, await commands.finishConflict({ taskId: id, ...body }));
    },
  );
}

function intent({ goal, ...rest }: Intent): ConflictDetail["work"] {
  return { ...rest, goal: [...goal] };
}
