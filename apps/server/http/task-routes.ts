import { emptyBodySchema, projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import { sendMessageSchema, taskViewSchema, type TaskView } from "@omoios/contract/http-task";
import type { Task } from "@omoios/domain/task/task";
import { findTask } from "@omoios/engine/queries/references";
import { taskView } from "@omoios/engine/queries/task-view";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

const oneTask = { params: referenceSchema, querystring: projectQuerySchema, tags: ["tasks"] } as const;
const one = "/api/v1/tasks/:id";
const maxDiffBytes = 2_000_000;

/** Tasks: look at, diff, talk to, retry, plan anew, cancel. */
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
  addTaskCommand(api, parts, {
    verb: "messages",
    summary: "Say something to the agent of a task, or answer what it asks",
    body: sendMessageSchema,
    carryOut: (taskId, { text }) => commands.sendMessage({ taskId, text }),
  });
  addTaskCommand(api, parts, {
    verb: "retry",
    summary: "Try a blocked or failed task again",
    body: emptyBodySchema,
    carryOut: (taskId) => commands.retryTask({ taskId }),
  });
  addTaskCommand(api, parts, {
    verb: "replan",
    summary: "Have a blocked, failed or cancelled task planned anew, once",
    body: emptyBodySchema,
    carryOut: (taskId) => commands.replanTask({ taskId }),
  });
  addTaskCommand(api, parts, {
    verb: "cancel",
    summary: "Cancel a task",
    body: emptyBodySchema,
    carryOut: (taskId) => commands.cancelTask({ taskId }),
  });
}

interface TaskCommand<Body> {
  readonly verb: string;
  readonly summary: string;
  readonly body: z.ZodType<Body>;
  readonly carryOut: (taskId: string, body: Body) => Promise<Task>;
}

function addTaskCommand<Body>(api: Api, { reads }: ApiParts, command: TaskCommand<Body>): void {
  const { summary, body: schema } = command;
  api.post(
    `${one}/${command.verb}`,
    {
      config: { permission: "run" },
      schema: { ...oneTask, summary, body: schema, response: { 200: taskViewSchema } },
    },
    async ({ params, query, body }): Promise<TaskView> => {
      const { id } = await findTask(reads, { ...params, ...query });
      return taskView(reads, await command.carryOut(id, body as Body));
    },
  );
}
