import {
  addProjectSchema,
  apiPaths,
  emptyBodySchema,
  projectListSchema,
  projectReferenceSchema,
  projectSchema,
} from "@omoios/contract/http";
import { listProjects } from "@omoios/engine/queries/project-list";
import { findProject } from "@omoios/engine/queries/references";
import { projectView } from "@omoios/engine/queries/spec-summary";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

/** Projects: the repositories specs are requested for. */
export function addProjectRoutes(api: Api, { reads, commands }: ApiParts): void {
  const tags = ["projects"];
  api.get(
    apiPaths.projects,
    {
      config: { permission: "read" },
      schema: { summary: "All projects", tags, response: { 200: projectListSchema } },
    },
    async () => ({ items: await listProjects(reads), next: null }),
  );
  api.post(
    apiPaths.projects,
    {
      config: { permission: "run" },
      schema: {
        summary: "Add a repository as a project",
        description: "A project that is known already is answered as it is; one that was removed comes back.",
        tags,
        body: addProjectSchema,
        response: { 200: projectSchema },
      },
    },
    async ({ body }) => projectView(await commands.addProject(body)),
  );
  api.post(
    "/api/v1/projects/:id/remove",
    {
      config: { permission: "run" },
      schema: {
        summary: "Hide a project from lists; its repository and what was proven stay",
        tags,
        params: projectReferenceSchema,
        body: emptyBodySchema,
        response: { 200: projectSchema },
      },
    },
    async ({ params }) => {
      const { id } = await findProject(reads, params.id);
      return projectView(await commands.removeProject({ projectId: id }));
    },
  );
}
