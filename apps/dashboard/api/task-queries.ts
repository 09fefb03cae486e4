import { apiPaths } from "@omoios/contract/http";
import { conflictDetailSchema } from "@omoios/contract/http-conflict";
import { taskViewSchema } from "@omoios/contract/http-task";
import { queryOptions } from "@tanstack/react-query";
import { ask, askText } from "./ask.ts";
import type { Reference } from "./queries.ts";

export function taskQuery({ id, project }: Reference) {
  return queryOptions({
    queryKey: ["task", id, project ?? null],
    queryFn: ({ signal }) => ask(apiPaths.task(id), taskViewSchema, { signal, query: { project } }),
  });
}

/** What the newest collected attempt of a task changed; `tip` is the commit it left, so that a newer one is asked for. */
export function taskDiffQuery(taskId: string, tip: string) {
  return queryOptions({
    queryKey: ["diff", taskId, tip],
    queryFn: ({ signal }) => askText(apiPaths.taskDiff(taskId), { signal }),
  });
}

/** The unsettled conflict of a task with both its sides, which are commits: a newer conflict is another one. */
export function conflictQuery({ id, taskId }: { readonly id: string; readonly taskId: string }) {
  return queryOptions({
    queryKey: ["conflict", id],
    queryFn: ({ signal }) => ask(apiPaths.taskConflict(taskId), conflictDetailSchema, { signal }),
  });
}
