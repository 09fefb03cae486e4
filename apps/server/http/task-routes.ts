import { emptyBodySchema, projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import { taskViewSchema, type TaskView } from "@omoios/contract/http-task";
import { findTask } from "@omoios/engine/queries/references";
import { taskView } from "@omoios/engine/queries/task-view";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

const oneTask = { params: referenceSchema, querystring: projectQuerySchema, tags: ["tasks"] } as const;
const one = "/api/v1/tasks/:id";
const maxDiffBytes = 2_000_000;

/** Tasks: look at, diff, retry, cancel. */
export function addTaskRoutes(api: Api, parts: ApiParts): void {
  const { reads, commands } = parts;
  api.get(
    one,
    {
      config: { permission: "read" },
      schema: { ...oneTask, summary: "Everything about a task", response: { 200: taskViewSchema } },
    },
    async ({ params, query }) => taskView(reads, await findTask(reads, { ...params, ...query })),
  );
  api.get(
    `${one}/diff`,
    {
      config: { permission: "read" },
      schema: {
        ...oneTask,
        summary: "The newest attempt's changes as a unified diff",
        produces: ["text/plain"],
        response: { 200: z.string() },
      },
    },
    async ({ params, query }, reply) => {
      const { id } = await findTask(reads, { ...params, ...query });
      const diff = await commands.taskDiff({ taskId: id, maxBytes: maxDiffBytes });
      return reply.type("text/plain; charset=utf-8").serializer(String).send(diff);
    },
  );
  api.post(
    `${one}/retry`,
    {
      config: { permission: "run" },
      schema: {
        ...oneTask,
        summary: "Try a blocked or failed task again",
        body: emptyBodySchema,
        response: { 200: taskViewSchema },
      },
    },
    async ({ params, query }): Promise<TaskView> => {
      const { id } = await findTask(reads, { ...params, ...query });
      return taskView(reads, await commands.retryTask({ taskId: id }));
    },
  );
  api.post(
    `${one}/cancel`,
    {
      config: { permission: "run" },
      schema: { ...oneTask, summary: "Cancel a task", body: emptyBodySchema, response: { 200: taskViewSchema } },
    },
    async ({ params, query }): Promise<TaskView> => {
      const { id } = await findTask(reads, { ...params, ...query });
      return taskView(reads, await commands.cancelTask({ taskId: id }));
    },
  );
}
