import { apiPaths, projectSchema } from "@omoios/contract/http";
import { projectView } from "@omoios/engine/queries/spec-summary";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

/** Projects: the repositories specs were requested for. */
export function addProjectRoutes(api: Api, parts: ApiParts): void {
  api.get(
    apiPaths.projects,
    {
      config: { permission: "read" },
      schema: {
        summary: "All projects",
        tags: ["projects"],
        response: { 200: z.object({ items: z.array(projectSchema), next: z.null() }) },
      },
    },
    async () => ({ items: (await parts.reads.projects.list()).map(projectView), next: null }),
  );
}
