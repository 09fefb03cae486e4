import { apiPaths, pageOf, projectSchema } from "@omoios/contract/http";
import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask.ts";

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => ask(apiPaths.projects, pageOf(projectSchema), { signal }),
});
