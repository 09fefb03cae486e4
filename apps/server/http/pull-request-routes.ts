import { emptyBodySchema, projectQuerySchema, referenceSchema } from "@omoios/contract/http";
import { pullRequestMergedSchema, pullRequestRefreshedSchema, pullRequestSchema } from "@omoios/contract/http-spec";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import { pullRequestView } from "@omoios/engine/queries/pull-request-view";
import { findSpec } from "@omoios/engine/queries/references";
import { specSummary } from "@omoios/engine/queries/spec-summary";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";

const ofSpec = { params: referenceSchema, querystring: projectQuerySchema, tags: ["specs"] } as const;
const one = "/api/v1/specs/:id/pull-request";
const maxDiffBytes = 2_000_000;

/** The pull request of a spec: look at, refresh, merge. */
export function addPullRequestRoutes(api: Api, parts: ApiParts): void {
  addReads(api, parts);
  addCommands(api, parts);
}

function addReads(api: Api, { reads, commands }: ApiParts): void {
  api.get(
    one,
    {
      config: { permission: "read" },
      schema: { ...ofSpec, summary: "The pull request of a spec", response: { 200: pullRequestSchema } },
    },
    async ({ params, query }) => pullRequestView(reads, await findSpec(reads, { ...params, ...query })),
  );
  api.get(
    `${one}/diff`,
    {
      config: { permission: "read" },
      schema: {
        ...ofSpec,
        summary: "What the pull request of a spec changes, as a unified diff",
        produces: ["text/plain"],
        response: { 200: z.string() },
      },
    },
    async ({ params, query }, reply) => {
      const { id } = await findSpec(reads, { ...params, ...query });
      const diff = await commands.pullRequestDiff({ specId: id, maxBytes: maxDiffBytes });
      return reply.type("text/plain; charset=utf-8").serializer(String).send(diff);
    },
  );
}

function addCommands(api: Api, { reads, commands }: ApiParts): void {
  const summaryOf = async (spec: Spec) => specSummary(spec, await reads.projects.get(spec.projectId));
  api.post(
    `${one}/refresh`,
    {
      config: { permission: "run" },
      schema: {
        ...ofSpec,
        summary: "Bring in what the base branch has become since",
        body: emptyBodySchema,
        response: { 200: pullRequestRefreshedSchema },
      },
    },
    async ({ params, query }) => {
      const { id } = await findSpec(reads, { ...params, ...query });
      const { spec, task, ...rest } = await commands.refreshPullRequest({ specId: id });
      return { ...rest, spec: await summaryOf(spec), task: task === null ? null : label("TSK", task.number) };
    },
  );
  api.post(
    `${one}/merge`,
    {
      config: { permission: "run" },
      schema: {
        ...ofSpec,
        summary: "Merge a pull request: moves the base branch of the hub, and nothing else",
        body: emptyBodySchema,
        response: { 200: pullRequestMergedSchema },
      },
    },
    async ({ params, query }) => {
      const { id } = await findSpec(reads, { ...params, ...query });
      const { spec, ...rest } = await commands.mergePullRequest({ specId: id });
      return { ...rest, spec: await summaryOf(spec) };
    },
  );
}
